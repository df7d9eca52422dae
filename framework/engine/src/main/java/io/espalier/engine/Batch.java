package io.espalier.engine;

/**
 * All samples of a batch, as operations see them that take them together: in the tiles in which the
 * rest of the plan works on them.
 */
final class Batch {
  /** Shared buffers that there are. */
  static final int BUFFERS = 3;

  private static final int SLACK = 2 * Kernels.PAD;

  private final float[] weightGradients;
  private final float[][] shared = new float[BUFFERS][0];
  private KeptTile[] tiles = new KeptTile[0];
  private int[] counts = new int[0];
  private int[] firsts = new int[0];
  private int[] tileOf = new int[0];
  private int[] rowOf = new int[0];
  private int used;
  private int samples;

  /**
   * @param weightGradients where parameter gradients are written
   */
  Batch(float[] weightGradients) {
    this.weightGradients = weightGradients;
  }

  /** Makes room, once for the largest batch. */
  void reserve(Cuts cuts, int mostTiles, int mostSamples) {
    tiles = new KeptTile[mostTiles];
    counts = new int[mostTiles];
    firsts = new int[mostTiles];
    tileOf = new int[mostSamples];
    rowOf = new int[mostSamples];
    for (int b = 0; b < BUFFERS; b++) {
      long most = 0;
      for (BatchOperation operation : cuts.operations()) {
        most = Math.max(most, operation.shared(b, mostSamples));
      }
      if (most > 0) {
        shared[b] = new float[Math.toIntExact(most + SLACK)];
      }
    }
  }

  void clear() {
    used = 0;
    samples = 0;
  }

  /** Appends a tile with some samples. */
  void add(KeptTile tile, int count) {
    tiles[used] = tile;
    counts[used] = count;
    firsts[used] = samples;
    for (int row = 0; row < count; row++) {
      tileOf[samples + row] = used;
      rowOf[samples + row] = row;
    }
    used++;
    samples += count;
  }

  int samples() {
    return samples;
  }

  int tiles() {
    return used;
  }

  /** Samples of a tile. */
  int count(int tile) {
    return counts[tile];
  }

  /** The tile of a sample. */
  int tileOf(int sample) {
    return tileOf[sample];
  }

  /** Which sample of its tile a sample is. */
  int rowOf(int sample) {
    return rowOf[sample];
  }

  /** Position of a tile's first sample in the batch. */
  int first(int tile) {
    return firsts[tile];
  }

  /** Floats of a value in a tile. */
  float[] data(Value value, int tile) {
    return tiles[tile].data[value.id()];
  }

  /** Gradients of a value in a tile. */
  float[] gradient(Value value, int tile) {
    return tiles[tile].gradients[value.id()];
  }

  /** Whether a gradient of the value has been written in this batch, to which others are added. */
  boolean begun(Value value) {
    return tiles[0].written[value.id()];
  }

  /** Notes that a gradient of the value has been written. */
  void begin(Value value) {
    for (int tile = 0; tile < used; tile++) {
      tiles[tile].written[value.id()] = true;
    }
  }

  /** A buffer that all tasks share. */
  float[] shared(int buffer) {
    return shared[buffer];
  }

  /** Where gradients of the parameters lie that are written for the whole batch. */
  float[] weightGradients() {
    return weightGradients;
  }
}
