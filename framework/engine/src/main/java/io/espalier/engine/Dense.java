package io.espalier.engine;

import io.espalier.api.DataType;
import io.espalier.api.Node;
import io.espalier.api.Shape;
import io.espalier.api.Tensor;
import java.util.Arrays;
import java.util.Optional;

/**
 * ONNX Gemm and MatMul of samples, each one or more rows, with a constant matrix: {@code y = alpha
 * x W + beta c}. The matrix lies with the longer of its two axes along the rows, so that kernels
 * run over long rows.
 */
final class Dense implements Operation {
  private final Rows inputs;
  private final Rows outputs;
  private final ParameterSlot weight;
  private final Optional<ParameterSlot> bias;
  private final float alpha;
  private final float beta;
  private final boolean outputMajor;
  private final int[] weightRows;
  private final int[] inputRows;
  private final int[] outputRows;
  private final int scaled;

  private Dense(
      Binder binder,
      Value input,
      Value output,
      ParameterSlot weight,
      boolean outputMajor,
      Optional<ParameterSlot> bias,
      float alpha,
      float beta) {
    this.outputMajor = outputMajor;
    this.weight = weight;
    this.inputs = Rows.of(binder, input, outputMajor ? weight.columns() : weight.rows());
    this.outputs = Rows.of(binder, output, outputMajor ? weight.rows() : weight.columns());
    this.bias = bias;
    this.alpha = alpha;
    this.beta = beta;
    this.weightRows = new int[weight.rows()];
    Arrays.setAll(weightRows, i -> i * weight.pitch());
    this.inputRows = inputs.starts(binder.tile());
    this.outputRows = outputs.starts(binder.tile());
    this.scaled = binder.floats(alpha == 1 ? 0 : (long) outputRows.length * outputs.stride());
  }

  static void bindGemm(Node node, Binder binder) {
    boolean shifted = node.hasInput(2);
    Optional<Tensor> bias = shifted ? rowBias(node, binder) : Optional.empty();
    boolean dense = node.intAttribute("transA", 0) == 0 && binder.constant(node, 1).isPresent();
    if (!dense || shifted && bias.isEmpty()) {
      GeneralProduct.bind(node, binder);
      return;
    }
    bind(
        node,
        binder,
        node.intAttribute("transB", 0) != 0,
        bias,
        node.realAttribute("alpha", 1),
        node.realAttribute("beta", 1));
  }

  /** A constant bias of one number, or of one for each output. */
  private static Optional<Tensor> rowBias(Node node, Binder binder) {
    Shape sample = binder.sample(node);
    long outs = sample.dim(sample.rank() - 1);
    return binder
        .constant(node, 2)
        .filter(binder::isInitialiser)
        .filter(t -> t.type() == DataType.FLOAT)
        .filter(
            t ->
                t.size() == 1 || (t.size() == outs && t.shape().dim(t.shape().rank() - 1) == outs));
  }

  /** Binds the product of a Gemm alone, scaled, as a part on the way to its output. */
  static Value product(Node node, Binder binder, String name) {
    Optional<Tensor> turned = binder.beforeTranspose(node, 1);
    Tensor tensor = turned.or(() -> binder.constant(node, 1)).orElseThrow();
    boolean outputsFirst = node.intAttribute("transB", 0) != 0 != turned.isPresent();
    ParameterSlot slot = slot(node, binder, tensor);
    Value output = binder.define(name, binder.sample(node), true);
    binder.add(
        node,
        new Dense(
            binder,
            binder.value(node, 0),
            output,
            slot,
            outputsFirst != slot.transposed(),
            Optional.empty(),
            node.realAttribute("alpha", 1),
            1));
    return output;
  }

  private static ParameterSlot slot(Node node, Binder binder, Tensor tensor) {
    return binder.matrix(node, tensor, tensor.shape().dim(0) > tensor.shape().dim(1));
  }

  static void bindMatMul(Node node, Binder binder) {
    boolean matrix =
        binder.constant(node, 0).isEmpty()
            && binder.constant(node, 1).filter(t -> t.shape().rank() == 2).isPresent();
    if (!matrix) {
      BatchedProduct.bind(node, binder);
    } else {
      bind(node, binder, false, Optional.empty(), 1, 1);
    }
  }

  private static void bind(
      Node node,
      Binder binder,
      boolean transposed,
      Optional<Tensor> bias,
      float alpha,
      float beta) {
    Value input = binder.value(node, 0);
    Optional<Tensor> turned = binder.beforeTranspose(node, 1);
    boolean outputsFirst = transposed != turned.isPresent();
    Tensor tensor = turned.or(() -> binder.constant(node, 1)).orElseThrow();
    if (input.shape().rank() < 1 || tensor.shape().rank() != 2) {
      throw Binder.refuse(
          node,
          "multiplies samples of %s with %s; only rows with a matrix can be trained"
              .formatted(input.shape(), tensor.shape()));
    }
    if (alpha == 1
        && beta == 1
        && BatchDense.fits(binder, input, tensor, bias, binder.sample(node).size())) {
      BatchDense.bind(node, binder, tensor, outputsFirst, bias);
      return;
    }
    Optional<ParameterSlot> shift = bias.map(b -> binder.flat(node, b));
    ParameterSlot slot = slot(node, binder, tensor);
    Value output = binder.define(node.outputs().get(0), true);
    boolean outputMajor = outputsFirst != slot.transposed();
    binder.add(node, new Dense(binder, input, output, slot, outputMajor, shift, alpha, beta));
  }

  @Override
  public Value output() {
    return outputs.value();
  }

  @Override
  public void forward(Frame frame) {
    float[] x = inputs.load(frame);
    float[] y = outputs.clear(frame);
    if (outputMajor) {
      byDots(frame, y, outputs, x, inputs);
    } else {
      byCombining(frame, y, outputs, x, inputs);
    }
    if (bias.isPresent() || alpha != 1) {
      scaleAndShift(frame, y);
    }
    outputs.store(frame);
  }

  /** Adds to rows the products of other rows with each row of the weight. */
  private void byDots(Frame frame, float[] to, Rows toRows, float[] from, Rows fromRows) {
    frame.kernels.dots(
        to,
        0,
        toRows.stride(),
        1,
        from,
        0,
        fromRows.stride(),
        0,
        toRows.count(frame),
        frame.weights,
        weight.offset(),
        weightRows,
        0,
        0,
        weight.rows(),
        1,
        weight.pitch());
  }

  /** Adds to rows the rows of the weight, weighted by other rows. */
  private void byCombining(Frame frame, float[] to, Rows toRows, float[] from, Rows fromRows) {
    frame.kernels.combine(
        to,
        0,
        toRows.stride(),
        toRows.count(frame),
        from,
        0,
        fromRows.stride(),
        1,
        frame.weights,
        weight.offset(),
        weightRows,
        0,
        weight.rows(),
        weight.pitch());
  }

  private void scaleAndShift(Frame frame, float[] y) {
    for (int r = 0; r < outputs.count(frame); r++) {
      int at = r * outputs.stride();
      for (int o = 0; o < outputs.width(); o++) {
        y[at + o] = alpha * y[at + o] + shift(frame, o);
      }
    }
  }

  private float shift(Frame frame, int out) {
    if (bias.isEmpty()) {
      return 0;
    }
    ParameterSlot slot = bias.get();
    return beta * frame.weights[slot.offset() + (slot.size() == 1 ? 0 : out)];
  }

  @Override
  public void backward(Frame frame) {
    float[] dy = outputs.loadGradient(frame);
    biasGradients(frame, dy);
    if (alpha != 1) {
      float[] product = frame.floats[scaled];
      for (int i = 0; i < outputs.count(frame) * outputs.stride(); i++) {
        product[i] = alpha * dy[i];
      }
      dy = product;
    }
    weightGradients(frame, dy);
    if (inputs.value().trained()) {
      inputGradients(frame, dy);
    }
  }

  private void biasGradients(Frame frame, float[] dy) {
    if (bias.isEmpty()) {
      return;
    }
    ParameterSlot slot = bias.get();
    for (int r = 0; r < outputs.count(frame); r++) {
      for (int o = 0; o < outputs.width(); o++) {
        int at = slot.offset() + (slot.size() == 1 ? 0 : o);
        frame.weightGradients[at] += beta * dy[r * outputs.stride() + o];
      }
    }
  }

  private void weightGradients(Frame frame, float[] dy) {
    float[] x = inputs.data(frame);
    frame.kernels.combine(
        frame.weightGradients,
        weight.offset(),
        weight.pitch(),
        weight.rows(),
        outputMajor ? dy : x,
        0,
        1,
        outputMajor ? outputs.stride() : inputs.stride(),
        outputMajor ? x : dy,
        0,
        outputMajor ? inputRows : outputRows,
        0,
        outputs.count(frame),
        weight.pitch());
  }

  private void inputGradients(Frame frame, float[] dy) {
    float[] dx = inputs.gradientRows(frame);
    if (outputMajor) {
      byCombining(frame, dx, inputs, dy, outputs);
    } else {
      byDots(frame, dx, inputs, dy, outputs);
    }
    inputs.addGradient(frame);
  }
}
