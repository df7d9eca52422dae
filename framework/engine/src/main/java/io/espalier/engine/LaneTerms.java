package io.espalier.engine;

/** What a {@link LaneConvolution} multiplies with its weights: a row of terms for each output. */
sealed interface LaneTerms permits LanePixels, LanePatches {
  /** The value that the terms come from. */
  Value value();

  /** Whether a gradient flows into it. */
  boolean trained();

  /** Floats from one row to the next. */
  int pitch();

  /** Before the first row of a tile is loaded. */
  void begin(Frame frame);

  /** Makes rows ready; gives the position of the first in {@link #rows}. */
  int load(Frame frame, int row, int count);

  /** Where rows lie. */
  float[] rows(Frame frame);

  /** Adds gradients of one block of terms, rows of {@link LaneKernels#CHANNELS} floats. */
  void addGradients(Frame frame, int row, int count, int block, float[] from, boolean first);
}
