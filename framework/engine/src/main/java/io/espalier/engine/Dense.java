package io.espalier.engine;

import io.espalier.api.Node;
import io.espalier.api.Tensor;
import java.util.Arrays;
import java.util.Optional;

/**
 * ONNX Gemm and MatMul of samples with a constant matrix: {@code y = alpha x W + beta c}. The
 * matrix lies with the longer of its two axes along the rows, so that kernels run over long rows.
 */
final class Dense implements Operation {
  private final Value input;
  private final Value output;
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
    this.input = input;
    this.output = output;
    this.weight = weight;
    this.outputMajor = outputMajor;
    this.bias = bias;
    this.alpha = alpha;
    this.beta = beta;
    this.weightRows = rows(weight.rows(), weight.pitch());
    this.inputRows = rows(binder.tile(), input.stride());
    this.outputRows = rows(binder.tile(), output.stride());
    this.scaled = binder.floats(alpha == 1 ? 0 : (long) binder.tile() * output.stride());
  }

  private static int[] rows(int count, int stride) {
    int[] rows = new int[count];
    Arrays.setAll(rows, i -> i * stride);
    return rows;
  }

  static void bindGemm(Node node, Binder binder) {
    if (node.intAttribute("transA", 0) != 0) {
      throw Binder.refuse(node, "transA = 1 puts the samples along the second axis");
    }
    Optional<ParameterSlot> bias = Optional.empty();
    if (binder.hasInput(node, 2)) {
      Tensor tensor =
          binder
              .constant(node, 2)
              .orElseThrow(() -> Binder.refuse(node, "input 2 is not a constant"));
      long outs = binder.sample(node).size();
      if (tensor.size() != 1 && tensor.size() != outs) {
        throw Binder.refuse(
            node,
            "input 2 is %s, which is neither one number nor one for each of %d outputs"
                .formatted(tensor.shape(), outs));
      }
      bias = Optional.of(binder.flat(node, tensor));
    }
    bind(
        node,
        binder,
        node.intAttribute("transB", 0) != 0,
        bias,
        node.realAttribute("alpha", 1),
        node.realAttribute("beta", 1));
  }

  static void bindMatMul(Node node, Binder binder) {
    bind(node, binder, false, Optional.empty(), 1, 1);
  }

  private static void bind(
      Node node,
      Binder binder,
      boolean outputsFirst,
      Optional<ParameterSlot> bias,
      float alpha,
      float beta) {
    Value input = binder.value(node, 0);
    Tensor tensor =
        binder
            .constant(node, 1)
            .orElseThrow(() -> Binder.refuse(node, "input 1 is not a constant"));
    if (input.shape().rank() != 1 || tensor.shape().rank() != 2) {
      throw Binder.refuse(
          node,
          "multiplies samples of %s with %s; only rows with a matrix can be trained"
              .formatted(input.shape(), tensor.shape()));
    }
    boolean tall = tensor.shape().dim(0) > tensor.shape().dim(1);
    ParameterSlot slot = binder.matrix(node, tensor, tall);
    Value output = binder.define(node.outputs().get(0), true);
    boolean outputMajor = outputsFirst != slot.transposed();
    binder.add(node, new Dense(binder, input, output, slot, outputMajor, bias, alpha, beta));
  }

  @Override
  public Value output() {
    return output;
  }

  @Override
  public void forward(Frame frame) {
    float[] y = frame.data(output);
    Arrays.fill(y, 0, frame.samples * output.stride(), 0f);
    if (outputMajor) {
      frame.kernels.dots(
          y,
          0,
          output.stride(),
          1,
          frame.data(input),
          0,
          input.stride(),
          0,
          frame.samples,
          frame.weights,
          weight.offset(),
          weightRows,
          0,
          0,
          weight.rows(),
          1,
          weight.pitch());
    } else {
      frame.kernels.combine(
          y,
          0,
          output.stride(),
          frame.samples,
          frame.data(input),
          0,
          input.stride(),
          1,
          frame.weights,
          weight.offset(),
          weightRows,
          0,
          weight.rows(),
          weight.pitch());
    }
    if (bias.isPresent() || alpha != 1) {
      scaleAndShift(frame, y);
    }
  }

  private void scaleAndShift(Frame frame, float[] y) {
    for (int s = 0; s < frame.samples; s++) {
      int at = s * output.stride();
      for (int o = 0; o < output.size(); o++) {
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
    biasGradients(frame);
    float[] dy = frame.gradient(output);
    if (alpha != 1) {
      float[] product = frame.floats[scaled];
      for (int i = 0; i < frame.samples * output.stride(); i++) {
        product[i] = alpha * dy[i];
      }
      dy = product;
    }
    weightGradients(frame, dy);
    if (input.trained()) {
      inputGradients(frame, dy);
    }
  }

  private void biasGradients(Frame frame) {
    if (bias.isEmpty()) {
      return;
    }
    ParameterSlot slot = bias.get();
    float[] dy = frame.gradient(output);
    for (int s = 0; s < frame.samples; s++) {
      for (int o = 0; o < output.size(); o++) {
        int at = slot.offset() + (slot.size() == 1 ? 0 : o);
        frame.weightGradients[at] += beta * dy[s * output.stride() + o];
      }
    }
  }

  private void weightGradients(Frame frame, float[] dy) {
    float[] factors = outputMajor ? dy : frame.data(input);
    int factorStride = outputMajor ? output.stride() : input.stride();
    frame.kernels.combine(
        frame.weightGradients,
        weight.offset(),
        weight.pitch(),
        weight.rows(),
        factors,
        0,
        1,
        factorStride,
        outputMajor ? frame.data(input) : dy,
        0,
        outputMajor ? inputRows : outputRows,
        0,
        frame.samples,
        weight.pitch());
  }

  private void inputGradients(Frame frame, float[] dy) {
    float[] dx = frame.accumulate(input);
    if (outputMajor) {
      frame.kernels.combine(
          dx,
          0,
          input.stride(),
          frame.samples,
          dy,
          0,
          output.stride(),
          1,
          frame.weights,
          weight.offset(),
          weightRows,
          0,
          weight.rows(),
          weight.pitch());
    } else {
      frame.kernels.dots(
          dx,
          0,
          input.stride(),
          1,
          dy,
          0,
          output.stride(),
          0,
          frame.samples,
          frame.weights,
          weight.offset(),
          weightRows,
          0,
          0,
          weight.rows(),
          1,
          weight.pitch());
    }
  }
}
