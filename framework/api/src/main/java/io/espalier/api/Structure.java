package io.espalier.api;

/** Which weights of a tensor go together. */
public sealed interface Structure {
  /** Every weight on its own. */
  Structure ELEMENTS = new Elements();

  /** Every weight on its own. */
  record Elements() implements Structure {
    @Override
    public String toString() {
      return "elements";
    }
  }

  /**
   * Blocks of the weight seen as a matrix: rows along its first axis, all other axes flattened into
   * columns. A weight of one axis is one row. Blocks at the edges are cut off, evenly on both sides
   * as by padding SAME.
   *
   * @param height rows of a block, at least 1
   * @param width columns of a block, at least 1
   * @param pooling how the scores of its weights become the block's
   */
  record Blocks(int height, int width, Pooling pooling) implements Structure {
    @Override
    public String toString() {
      return "blocks of %dx%d, %s".formatted(height, width, pooling);
    }
  }

  /**
   * {@code zeros} of every {@code of} neighbours along the input channels. The last, shorter run is
   * taken as if it were filled up with weights of least score.
   *
   * @param zeros 1 to below {@code of}
   */
  record Pattern(int zeros, int of) implements Structure {
    @Override
    public String toString() {
      return "%d of every %d zero".formatted(zeros, of);
    }
  }

  /** How scores of a block become one. */
  enum Pooling {
    /** Their mean. */
    AVG,
    /** The greatest. */
    MAX,
    /** The root of the sum of squares. */
    L2
  }
}
