package io.espalier.engine;

import io.espalier.api.Node;
import io.espalier.api.Tensor;
import java.util.Optional;

/**
 * ONNX Gemm and MatMul of samples, each one row, with a large constant matrix: {@code y = x W + c},
 * a product of matrices over the whole batch. The weights lie in panels of outputs, so that the
 * forward pass and the weights' gradient need no other layout; a task is one panel.
 */
final class BatchDense implements BatchOperation {
  /** Weights from which on reading them for every tile is what bounds a layer. */
  private static final int LARGE = 1 << 16;

  /** Terms of a panel that stay in the cache next to a core while all samples meet them. */
  private static final int TERMS = 256;

  private static final int COLUMNS = Kernels.PAD;
  private static final float[] ZEROS = new float[COLUMNS];

  private static final int FORWARD = 0;
  private static final int PACK = 1;
  private static final int WEIGHTS = 2;
  private static final int INPUTS = 3;

  private static final int PACKED_INPUTS = 0;
  private static final int PACKED_GRADIENTS = 1;
  private static final int TRANSPOSED = 2;

  private final Value input;
  private final Value output;
  private final ParameterSlot weight;
  private final Optional<ParameterSlot> bias;

  private BatchDense(
      Value input, Value output, ParameterSlot weight, Optional<ParameterSlot> bias) {
    this.input = input;
    this.output = output;
    this.weight = weight;
    this.bias = bias;
  }

  /** Whether a layer is one for the whole batch. */
  static boolean fits(Binder binder, Value input, Tensor weight, Optional<Tensor> bias, long outs) {
    return input.shape().rank() == 1
        && weight.shape().rank() == 2
        && weight.size() >= LARGE
        && input.size() % 2 == 0
        && binder.hasOneUse(weight)
        && bias.map(b -> binder.hasOneUse(b) && b.size() == outs).orElse(true);
  }

  static void bind(
      Node node, Binder binder, Tensor weight, boolean outputsFirst, Optional<Tensor> bias) {
    Value input = binder.value(node, 0);
    Value output = binder.define(node.outputs().get(0), true);
    ParameterSlot panels = binder.wholePanels(weight, outputsFirst);
    binder.addWhole(node, new BatchDense(input, output, panels, bias.map(binder::wholeFlat)));
  }

  @Override
  public Value input() {
    return input;
  }

  @Override
  public Value output() {
    return output;
  }

  @Override
  public int forwardRounds() {
    return PACK;
  }

  @Override
  public int rounds() {
    return input.trained() ? INPUTS + 1 : INPUTS;
  }

  private int outPanels() {
    return output.stride() / COLUMNS;
  }

  private int inPanels() {
    return input.stride() / COLUMNS;
  }

  @Override
  public long shared(int buffer, int samples) {
    return switch (buffer) {
      case PACKED_INPUTS -> (long) samples * input.stride();
      case PACKED_GRADIENTS -> (long) samples * output.stride();
      default -> input.trained() ? TransposedPanels.length(weight) : 0;
    };
  }

  @Override
  public int tasks(Batch batch, int round) {
    return switch (round) {
      case FORWARD, WEIGHTS -> outPanels();
      case PACK -> batch.tiles() + (input.trained() ? inPanels() : 0);
      default -> inPanels();
    };
  }

  @Override
  public void run(Batch batch, int round, int task, Frame frame) {
    switch (round) {
      case FORWARD -> forward(batch, task, frame);
      case PACK -> pack(batch, task, frame);
      case WEIGHTS -> weightGradients(batch, task, frame);
      default -> inputGradients(batch, task, frame);
    }
  }

  @Override
  public void forward(Frame frame) {
    for (int panel = 0; panel < outPanels(); panel++) {
      for (int from = 0; from < weight.rows(); from += TERMS) {
        outputs(frame, frame.data(input), frame.data(output), frame.samples, panel, from);
      }
    }
  }

  @Override
  public void recall(Frame frame) {}

  private void forward(Batch batch, int panel, Frame frame) {
    for (int from = 0; from < weight.rows(); from += TERMS) {
      for (int tile = 0; tile < batch.tiles(); tile++) {
        float[] x = batch.data(input, tile);
        outputs(frame, x, batch.data(output, tile), batch.count(tile), panel, from);
      }
    }
  }

  /** Adds some terms to one panel of outputs; the first ones start it. */
  private void outputs(Frame frame, float[] x, float[] y, int samples, int panel, int from) {
    boolean first = from == 0;
    float[] start = y;
    int s0 = panel * COLUMNS;
    if (first) {
      start = bias.isPresent() ? frame.weights : ZEROS;
      s0 = bias.isPresent() ? bias.get().offset() + panel * COLUMNS : 0;
    }
    frame
        .kernels
        .matrices()
        .multiply(
            y,
            panel * COLUMNS,
            output.stride(),
            start,
            s0,
            first ? 0 : output.stride(),
            x,
            from,
            input.stride(),
            frame.weights,
            weight.panel(panel) + from * COLUMNS,
            samples,
            Math.min(TERMS, weight.rows() - from));
  }

  /** Lays a tile out in panels of inputs and outputs, or a panel of inputs' weights transposed. */
  private void pack(Batch batch, int task, Frame frame) {
    if (task >= batch.tiles()) {
      TransposedPanels.write(weight, task - batch.tiles(), frame.weights, batch.shared(TRANSPOSED));
      return;
    }
    int first = batch.first(task);
    int count = batch.count(task);
    float[] packed = batch.shared(PACKED_INPUTS);
    packRows(batch.data(input, task), input.stride(), count, packed, first, batch.samples());
    packed = batch.shared(PACKED_GRADIENTS);
    packRows(batch.gradient(output, task), output.stride(), count, packed, first, batch.samples());
  }

  private static void packRows(
      float[] from, int stride, int rows, float[] packed, int first, int samples) {
    for (int panel = 0; panel < stride / COLUMNS; panel++) {
      for (int row = 0; row < rows; row++) {
        int to = (panel * samples + first + row) * COLUMNS;
        System.arraycopy(from, row * stride + panel * COLUMNS, packed, to, COLUMNS);
      }
    }
  }

  private void weightGradients(Batch batch, int panel, Frame frame) {
    float[] gradients = batch.weightGradients();
    float[] dy = batch.shared(PACKED_GRADIENTS);
    int samples = batch.samples();
    for (int ins = 0; ins < inPanels(); ins++) {
      frame
          .kernels
          .matrices()
          .multiplyTransposed(
              gradients,
              weight.panel(panel) + ins * COLUMNS * COLUMNS,
              COLUMNS,
              ZEROS,
              0,
              0,
              batch.shared(PACKED_INPUTS),
              ins * samples * COLUMNS,
              dy,
              panel * samples * COLUMNS,
              Math.min(COLUMNS, weight.rows() - ins * COLUMNS),
              samples);
    }
    if (bias.isPresent()) {
      biasGradients(dy, panel * samples * COLUMNS, samples, gradients, panel);
    }
  }

  private void biasGradients(float[] dy, int from, int samples, float[] gradients, int panel) {
    int at = bias.orElseThrow().offset() + panel * COLUMNS;
    System.arraycopy(ZEROS, 0, gradients, at, COLUMNS);
    for (int s = 0; s < samples; s++) {
      for (int o = 0; o < COLUMNS; o++) {
        gradients[at + o] += dy[from + s * COLUMNS + o];
      }
    }
  }

  private void inputGradients(Batch batch, int panel, Frame frame) {
    boolean adds = batch.begun(input);
    for (int from = 0; from < output.stride(); from += TERMS) {
      boolean first = from == 0 && !adds;
      for (int tile = 0; tile < batch.tiles(); tile++) {
        float[] dx = batch.gradient(input, tile);
        frame
            .kernels
            .matrices()
            .multiply(
                dx,
                panel * COLUMNS,
                input.stride(),
                first ? ZEROS : dx,
                first ? 0 : panel * COLUMNS,
                first ? 0 : input.stride(),
                batch.gradient(output, tile),
                from,
                output.stride(),
                batch.shared(TRANSPOSED),
                TransposedPanels.position(weight, panel) + from * COLUMNS,
                batch.count(tile),
                Math.min(TERMS, output.stride() - from));
      }
    }
  }
}
