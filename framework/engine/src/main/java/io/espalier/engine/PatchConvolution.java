package io.espalier.engine;

import io.espalier.api.Node;
import io.espalier.api.Tensor;
import java.util.Optional;

/**
 * ONNX Conv with many weights, as products of matrices over the whole batch: an output is a row of
 * the terms under its window times the weights. The rows are gathered a few at a time, so that they
 * stay in cache; a task is a sample, or for the weights' gradients a panel of terms.
 */
final class PatchConvolution implements BatchOperation {
  /** Weights of a tap from which on a product is worth the gathering. */
  private static final int LARGE = 32 * 32;

  private static final int COLUMNS = Kernels.PAD;
  private static final float[] ZEROS = new float[COLUMNS];

  private static final int FORWARD = 0;
  private static final int PREPARE = 1;
  private static final int WEIGHTS = 2;
  private static final int INPUTS = 3;

  private static final int TRANSPOSED = 0;
  private static final int GRADIENTS = 1;

  private final Value input;
  private final Value output;
  private final ParameterSlot weight;
  private final Optional<ParameterSlot> bias;
  private final Window window;
  private final Patches patches;
  private final int area;
  private final PatchProduct product;

  private PatchConvolution(
      Binder binder,
      Value input,
      Value output,
      Window window,
      ParameterSlot weight,
      Optional<ParameterSlot> bias) {
    this.input = input;
    this.output = output;
    this.weight = weight;
    this.bias = bias;
    this.window = window;
    patches = new Patches(window);
    area = window.outArea();
    product = new PatchProduct(binder, input, output, patches, weight, bias);
    binder.scratch(Frame.INPUT, (long) area * COLUMNS);
    binder.scratch(Frame.GRADIENT, (long) area * weight.pitch());
    binder.scratch(Frame.RESULT, (long) area * COLUMNS);
  }

  /** Binds a node, if it is of this kind. */
  static boolean bind(
      Node node, Binder binder, Value input, Tensor weight, Optional<Tensor> bias, Window window) {
    long channels = weight.shape().dim(1);
    long outs = weight.shape().dim(0);
    boolean fits =
        channels == window.channels()
            && channels * outs >= LARGE
            && outs % COLUMNS == 0
            && binder.hasOneUse(weight)
            && bias.map(binder::hasOneUse).orElse(true);
    if (fits) {
      Value output = binder.define(node.outputs().get(0), true);
      ParameterSlot panels = binder.wholePanels(weight, true);
      Optional<ParameterSlot> offsets = bias.map(binder::wholeFlat);
      binder.addWhole(node, new PatchConvolution(binder, input, output, window, panels, offsets));
    }
    return fits;
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
    return PREPARE;
  }

  @Override
  public int rounds() {
    return input.trained() ? INPUTS + 1 : INPUTS;
  }

  @Override
  public long shared(int buffer, int samples) {
    return switch (buffer) {
      case TRANSPOSED -> input.trained() ? TransposedPanels.length(weight) : 0;
      case GRADIENTS -> (long) samples * area * weight.pitch();
      default -> 0;
    };
  }

  @Override
  public int tasks(Batch batch, int round) {
    int panels = TransposedPanels.count(weight);
    return switch (round) {
      case PREPARE -> batch.samples() + (input.trained() ? panels : 0);
      case WEIGHTS -> panels;
      default -> batch.samples();
    };
  }

  @Override
  public void run(Batch batch, int round, int task, Frame frame) {
    switch (round) {
      case FORWARD -> {
        int tile = batch.tileOf(task);
        product.outputs(
            frame, batch.data(input, tile), batch.data(output, tile), batch.rowOf(task));
      }
      case PREPARE -> prepare(batch, task, frame);
      case WEIGHTS -> weightGradients(batch, task, frame);
      default -> inputGradients(batch, task, frame);
    }
  }

  @Override
  public void forward(Frame frame) {
    product.outputs(frame);
  }

  @Override
  public void recall(Frame frame) {}

  private int outPanels() {
    return weight.pitch() / COLUMNS;
  }

  /** Lays out gradients of a sample's outputs, or weights as the way back needs them. */
  private void prepare(Batch batch, int task, Frame frame) {
    if (task >= batch.samples()) {
      int panel = task - batch.samples();
      TransposedPanels.write(weight, panel, frame.weights, batch.shared(TRANSPOSED));
      return;
    }
    float[] dy = batch.gradient(output, batch.tileOf(task));
    for (int panel = 0; panel < outPanels(); panel++) {
      int from = batch.rowOf(task) * output.stride() + panel * COLUMNS * area;
      int to = gradients(batch, panel, task);
      Patches.toRows(dy, from, COLUMNS, area, batch.shared(GRADIENTS), to, COLUMNS);
    }
  }

  /** Where a panel of gradients of a sample's outputs lies. */
  private int gradients(Batch batch, int panel, int sample) {
    return (panel * batch.samples() + sample) * area * COLUMNS;
  }

  /** Gradients of the weights of a panel of terms, summed over the batch in its order. */
  private void weightGradients(Batch batch, int terms, Frame frame) {
    int first = terms * COLUMNS;
    int count = Math.min(COLUMNS, weight.rows() - first);
    for (int s = 0; s < batch.samples(); s++) {
      float[] x = batch.data(input, batch.tileOf(s));
      int from = batch.rowOf(s) * input.stride();
      for (int y = 0; y < window.outHeight(); y++) {
        int at = y * window.outWidth() * COLUMNS;
        patches.gather(x, from, y, first, count, frame.scratch[Frame.INPUT], at, COLUMNS);
      }
      for (int panel = 0; panel < outPanels(); panel++) {
        addWeightGradients(batch, s, panel, first, count, frame);
      }
    }
    if (bias.isPresent() && terms == 0) {
      biasGradients(batch, frame.scratch[Frame.RESULT]);
    }
  }

  private void addWeightGradients(
      Batch batch, int sample, int panel, int first, int count, Frame frame) {
    float[] sums = batch.weightGradients();
    int to = weight.panel(panel) + first * COLUMNS;
    boolean begins = sample == 0;
    frame
        .kernels
        .matrices()
        .multiplyTransposed(
            sums,
            to,
            COLUMNS,
            begins ? ZEROS : sums,
            begins ? 0 : to,
            begins ? 0 : COLUMNS,
            frame.scratch[Frame.INPUT],
            0,
            batch.shared(GRADIENTS),
            gradients(batch, panel, sample),
            count,
            area);
  }

  private void biasGradients(Batch batch, float[] ofSample) {
    float[] sums = batch.weightGradients();
    for (int panel = 0; panel < outPanels(); panel++) {
      int at = bias.orElseThrow().offset() + panel * COLUMNS;
      System.arraycopy(ZEROS, 0, sums, at, COLUMNS);
      for (int s = 0; s < batch.samples(); s++) {
        sum(batch.shared(GRADIENTS), gradients(batch, panel, s), area, ofSample);
        for (int o = 0; o < COLUMNS; o++) {
          sums[at + o] += ofSample[o];
        }
      }
    }
  }

  private static void sum(float[] from, int at, int rows, float[] to) {
    System.arraycopy(ZEROS, 0, to, 0, COLUMNS);
    for (int row = 0; row < rows; row++) {
      for (int o = 0; o < COLUMNS; o++) {
        to[o] += from[at + row * COLUMNS + o];
      }
    }
  }

  private void inputGradients(Batch batch, int sample, Frame frame) {
    int tile = batch.tileOf(sample);
    float[] rows = frame.scratch[Frame.GRADIENT];
    int from = batch.rowOf(sample) * output.stride();
    Patches.toRows(
        batch.gradient(output, tile), from, weight.pitch(), area, rows, 0, weight.pitch());
    float[] dx = batch.gradient(input, tile);
    int to = batch.rowOf(sample) * input.stride();
    if (!batch.begun(input)) {
      patches.clear(dx, to);
    }
    for (int terms = 0; terms < TransposedPanels.count(weight); terms++) {
      inputGradients(batch, terms, frame, dx, to);
    }
  }

  private void inputGradients(Batch batch, int terms, Frame frame, float[] dx, int to) {
    float[] products = frame.scratch[Frame.RESULT];
    frame
        .kernels
        .matrices()
        .multiply(
            products,
            0,
            COLUMNS,
            ZEROS,
            0,
            0,
            frame.scratch[Frame.GRADIENT],
            0,
            weight.pitch(),
            batch.shared(TRANSPOSED),
            TransposedPanels.position(weight, terms),
            area,
            weight.pitch());
    int first = terms * COLUMNS;
    int count = Math.min(COLUMNS, weight.rows() - first);
    for (int y = 0; y < window.outHeight(); y++) {
      int at = y * window.outWidth() * COLUMNS;
      patches.scatter(products, at, COLUMNS, y, first, count, dx, to);
    }
  }
}
