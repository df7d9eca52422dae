package io.espalier.engine;

import io.espalier.api.Node;
import io.espalier.api.Tensor;
import java.util.Optional;

/**
 * ONNX Conv with many channels and windows of 3x3 that move by one, by minimal filtering ({@link
 * WinogradKernels}): inputs, weights and gradients are transformed tile by tile, and each of the 36
 * positions of a tile is a product of matrices over channels. Forward, input gradients and weight
 * gradients all take a quarter of the multiplications of the definition.
 *
 * <p>Samples are planes; one block of {@link Kernels#PAD} channels at a time is copied so that
 * channels lie side by side. A task takes a few tiles through all of this in cache; the weights'
 * gradients are a task for each block of input channels. Positions lie an odd number of vectors
 * apart, else all 36 of a tile would fall into the same lines of the cache.
 */
final class WinogradConvolution implements BatchOperation {
  private static final int OUT = 4;
  private static final int TAPS = 9;
  private static final int POSITIONS = 36;
  private static final int SIDE = 6;

  /** Weights of a tap from which on the transforms cost little beside the products. */
  private static final int LARGE = 32 * 32;

  /** Tiles that go together through a convolution. */
  private static final int FEW = 16;

  /** Tiles that go together into gradients of weights. */
  private static final int MANY = 64;

  private static final int CHANNELS = Kernels.PAD;
  private static final float[] ZEROS = new float[CHANNELS];

  private static final int TRANSFORM = 0;
  private static final int FORWARD = 1;
  private static final int PREPARE = 2;
  private static final int WEIGHTS = 3;
  private static final int INPUTS = 4;

  private static final int TRANSFORMED = 0;
  private static final int GRADIENTS = 1;

  private final Value input;
  private final Value output;
  private final ParameterSlot weight;
  private final PatchProduct measuring;
  private final ChannelStrip strip;
  private final TileGroups few;
  private final TileGroups many;
  private final int plane;
  private final int inBlocks;
  private final int outBlocks;

  private WinogradConvolution(
      Binder binder, Value input, Value output, ParameterSlot weight, Window window) {
    this.input = input;
    this.output = output;
    this.weight = weight;
    measuring =
        new PatchProduct(binder, input, output, new Patches(window), weight, Optional.empty());
    plane = window.area();
    strip = new ChannelStrip(window.height(), window.width());
    few = new TileGroups(window.height() / OUT, window.width() / OUT, FEW);
    many = new TileGroups(window.height() / OUT, window.width() / OUT, MANY);
    inBlocks = window.channels() / CHANNELS;
    outBlocks = weight.columns() / CHANNELS;
    int together = few.largest() * Math.max(inBlocks, outBlocks);
    binder.scratch(Frame.INPUT, positions(Math.max(together, many.largest())));
    binder.scratch(Frame.RESULT, positions(Math.max(together, outBlocks * CHANNELS)));
    int rows = Math.max(few.largest(), many.largest()) / (window.width() / OUT) * OUT;
    binder.scratch(Frame.GRADIENT, strip.length(Math.min(window.height(), rows)));
  }

  /** Binds a node, if it is of this kind. */
  static boolean bind(Node node, Binder binder, Value input, Tensor weight, Window window) {
    long channels = weight.shape().dim(1);
    long outs = weight.shape().dim(0);
    boolean fits =
        window.kernelHeight() == 3
            && window.kernelWidth() == 3
            && window.strideY() == 1
            && window.strideX() == 1
            && window.dilationY() == 1
            && window.dilationX() == 1
            && window.top() == 1
            && window.left() == 1
            && window.height() % OUT == 0
            && window.width() % OUT == 0
            && window.outHeight() == window.height()
            && window.outWidth() == window.width()
            && channels == window.channels()
            && channels % CHANNELS == 0
            && outs % CHANNELS == 0
            && channels * outs >= LARGE
            && !node.hasInput(2)
            && binder.hasOneUse(weight);
    if (fits) {
      Value output = binder.define(node.outputs().get(0), true);
      ParameterSlot slot = binder.wholePanels(weight, true);
      binder.addWhole(node, new WinogradConvolution(binder, input, output, slot, window));
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
      case TRANSFORMED -> positions(inBlocks * outBlocks * CHANNELS);
      case GRADIENTS -> outBlocks * positions(samples * few.perSample());
      default -> 0;
    };
  }

  /** Floats from one position to the next, of so many vectors each. */
  private static int step(int vectors) {
    return (vectors | 1) * CHANNELS;
  }

  private static long positions(int vectors) {
    return (long) POSITIONS * step(vectors);
  }

  @Override
  public int tasks(Batch batch, int round) {
    int samples = batch.samples();
    return switch (round) {
      case TRANSFORM -> outBlocks;
      case PREPARE -> many.count(samples) + (input.trained() ? inBlocks : 0);
      case WEIGHTS -> inBlocks;
      default -> few.count(samples);
    };
  }

  @Override
  public void run(Batch batch, int round, int task, Frame frame) {
    switch (round) {
      case TRANSFORM -> transform(batch.shared(TRANSFORMED), task, frame);
      case FORWARD -> convolve(batch, frame, task, false);
      case PREPARE -> prepare(batch, task, frame);
      case WEIGHTS -> weightGradients(batch, task, frame);
      default -> convolve(batch, frame, task, true);
    }
  }

  private void transform(float[] to, int panel, Frame frame) {
    int ins = inBlocks * CHANNELS;
    int step = step(outBlocks * ins);
    WinogradKernels kernels = frame.kernels.winograd();
    for (int c = 0; c < ins; c++) {
      int from = weight.panel(panel) + c * TAPS * CHANNELS;
      int at = (panel * ins + c) * CHANNELS;
      kernels.weights(frame.weights, from, 3 * CHANNELS, CHANNELS, to, at, SIDE * step, step);
    }
  }

  /** Transforms gradients of some tiles' outputs, or weights as the way back needs them. */
  private void prepare(Batch batch, int task, Frame frame) {
    int groups = many.count(batch.samples());
    if (task < groups) {
      outputGradients(batch, task, frame);
    } else {
      transformBack(batch.shared(TRANSFORMED), task - groups, frame);
    }
  }

  /** The weights with inputs and outputs exchanged and the window turned by half a turn. */
  private void transformBack(float[] to, int block, Frame frame) {
    int outs = outBlocks * CHANNELS;
    int step = step(inBlocks * outs);
    float[] window = frame.scratch[Frame.GRADIENT];
    WinogradKernels kernels = frame.kernels.winograd();
    for (int o = 0; o < outs; o++) {
      int from = weight.panel(o / CHANNELS) + block * CHANNELS * TAPS * CHANNELS + o % CHANNELS;
      for (int c = 0; c < CHANNELS; c++) {
        for (int tap = 0; tap < TAPS; tap++) {
          window[(TAPS - 1 - tap) * CHANNELS + c] =
              frame.weights[from + (c * TAPS + tap) * CHANNELS];
        }
      }
      int at = (block * outs + o) * CHANNELS;
      kernels.weights(window, 0, 3 * CHANNELS, CHANNELS, to, at, SIDE * step, step);
    }
  }

  private void outputGradients(Batch batch, int group, Frame frame) {
    float[] to = batch.shared(GRADIENTS);
    int step = step(batch.samples() * many.perSample());
    int tiles = many.rows(group) * many.across();
    float[] image = frame.scratch[Frame.GRADIENT];
    WinogradKernels kernels = frame.kernels.winograd();
    for (int s = 0; s < many.samples(group, batch.samples()); s++) {
      int sample = many.firstSample(group) + s;
      float[] dy = batch.gradient(output, batch.tileOf(sample));
      for (int block = 0; block < outBlocks; block++) {
        load(dy, batch.rowOf(sample) * output.stride(), block, many, group, image);
        int first = block * POSITIONS * step + (many.firstTile(group) + s * tiles) * CHANNELS;
        for (int t = 0; t < tiles; t++) {
          int from = pixel(t) + strip.pitch() + CHANNELS;
          int at = first + t * CHANNELS;
          kernels.outputGradients(image, from, strip.pitch(), CHANNELS, to, at, SIDE * step, step);
        }
      }
    }
  }

  /** Loads a block of channels under the tiles of a group. */
  private void load(
      float[] planes, int from, int block, TileGroups groups, int group, float[] image) {
    int row = groups.firstRow(group) * OUT;
    strip.load(planes, from + block * CHANNELS * plane, row, groups.rows(group) * OUT, image);
  }

  /** Position of a tile's first pixel, border included, among those that are loaded. */
  private int pixel(int tile) {
    int across = few.across();
    return tile / across * OUT * strip.pitch() + tile % across * OUT * CHANNELS;
  }

  /** Computes outputs of some tiles, or, on the way back, gradients of their inputs. */
  private void convolve(Batch batch, Frame frame, int group, boolean back) {
    Value read = back ? output : input;
    int blocks = back ? outBlocks : inBlocks;
    int count = few.samples(group, batch.samples());
    int tiles = few.rows(group) * few.across();
    int step = step(count * tiles * blocks);
    for (int s = 0; s < count; s++) {
      int sample = few.firstSample(group) + s;
      int tile = batch.tileOf(sample);
      float[] from = back ? batch.gradient(read, tile) : batch.data(read, tile);
      for (int block = 0; block < blocks; block++) {
        int sampleAt = batch.rowOf(sample) * read.stride();
        load(from, sampleAt, block, few, group, frame.scratch[Frame.GRADIENT]);
        for (int t = 0; t < tiles; t++) {
          inputs(frame, t, ((s * tiles + t) * blocks + block) * CHANNELS, step);
        }
      }
    }
    float[] weights = batch.shared(TRANSFORMED);
    multiply(weights, frame, count * tiles, blocks, back ? inBlocks : outBlocks);
    for (int s = 0; s < count; s++) {
      outputs(batch, frame, group, s, count * tiles, back);
    }
  }

  private void inputs(Frame frame, int tile, int to, int step) {
    float[] image = frame.scratch[Frame.GRADIENT];
    float[] transformed = frame.scratch[Frame.INPUT];
    frame
        .kernels
        .winograd()
        .inputs(image, pixel(tile), strip.pitch(), CHANNELS, transformed, to, SIDE * step, step);
  }

  private static void multiply(float[] weights, Frame frame, int tiles, int from, int to) {
    int terms = from * CHANNELS;
    int inStep = step(tiles * from);
    int outStep = step(tiles * to);
    int weightStep = step(to * terms);
    for (int position = 0; position < POSITIONS; position++) {
      for (int panel = 0; panel < to; panel++) {
        frame
            .kernels
            .matrices()
            .multiply(
                frame.scratch[Frame.RESULT],
                position * outStep + panel * tiles * CHANNELS,
                CHANNELS,
                ZEROS,
                0,
                0,
                frame.scratch[Frame.INPUT],
                position * inStep,
                terms,
                weights,
                position * weightStep + panel * terms * CHANNELS,
                tiles,
                terms);
      }
    }
  }

  private void outputs(
      Batch batch, Frame frame, int group, int inGroup, int together, boolean back) {
    Value written = back ? input : output;
    boolean adds = back && batch.begun(input);
    int sample = few.firstSample(group) + inGroup;
    int tile = batch.tileOf(sample);
    float[] planes = back ? batch.gradient(written, tile) : batch.data(written, tile);
    float[] image = frame.scratch[Frame.GRADIENT];
    int blocks = back ? inBlocks : outBlocks;
    int step = step(blocks * together);
    int tiles = few.rows(group) * few.across();
    WinogradKernels kernels = frame.kernels.winograd();
    float[] products = frame.scratch[Frame.RESULT];
    for (int block = 0; block < blocks; block++) {
      for (int t = 0; t < tiles; t++) {
        int from = (block * together + inGroup * tiles + t) * CHANNELS;
        int at = pixel(t) + strip.pitch() + CHANNELS;
        kernels.outputs(products, from, SIDE * step, step, image, at, strip.pitch(), CHANNELS);
      }
      int to = batch.rowOf(sample) * written.stride() + block * CHANNELS * plane;
      int row = few.firstRow(group) * OUT;
      strip.store(image, row, few.rows(group) * OUT, planes, to, adds);
    }
  }

  /** Gradients of all weights of a block of input channels, summed over the batch in its order. */
  private void weightGradients(Batch batch, int block, Frame frame) {
    for (int group = 0; group < many.count(batch.samples()); group++) {
      int count = many.samples(group, batch.samples());
      int tiles = many.rows(group) * many.across();
      for (int s = 0; s < count; s++) {
        int sample = many.firstSample(group) + s;
        float[] x = batch.data(input, batch.tileOf(sample));
        int from = batch.rowOf(sample) * input.stride();
        load(x, from, block, many, group, frame.scratch[Frame.GRADIENT]);
        for (int t = 0; t < tiles; t++) {
          inputs(frame, t, (s * tiles + t) * CHANNELS, step(count * tiles));
        }
      }
      addProducts(batch, frame, group, count * tiles);
    }
    float[] sums = frame.scratch[Frame.RESULT];
    int step = step(outBlocks * CHANNELS);
    WinogradKernels kernels = frame.kernels.winograd();
    float[] to = batch.weightGradients();
    for (int panel = 0; panel < outBlocks; panel++) {
      for (int c = 0; c < CHANNELS; c++) {
        int from = (panel * CHANNELS + c) * CHANNELS;
        int at = weight.panel(panel) + (block * CHANNELS + c) * TAPS * CHANNELS;
        kernels.weightGradients(sums, from, SIDE * step, step, to, at, 3 * CHANNELS, CHANNELS);
      }
    }
  }

  private void addProducts(Batch batch, Frame frame, int group, int tiles) {
    float[] sums = frame.scratch[Frame.RESULT];
    boolean begins = group == 0;
    int step = step(batch.samples() * many.perSample());
    for (int position = 0; position < POSITIONS; position++) {
      for (int panel = 0; panel < outBlocks; panel++) {
        int at = position * step(outBlocks * CHANNELS) + panel * CHANNELS * CHANNELS;
        frame
            .kernels
            .matrices()
            .multiplyTransposed(
                sums,
                at,
                CHANNELS,
                begins ? ZEROS : sums,
                begins ? 0 : at,
                begins ? 0 : CHANNELS,
                frame.scratch[Frame.INPUT],
                position * step(tiles),
                batch.shared(GRADIENTS),
                (panel * POSITIONS + position) * step + many.firstTile(group) * CHANNELS,
                CHANNELS,
                tiles);
      }
    }
  }

  /** While measuring: as the definition says. */
  @Override
  public void forward(Frame frame) {
    measuring.outputs(frame);
  }

  @Override
  public void recall(Frame frame) {}
}
