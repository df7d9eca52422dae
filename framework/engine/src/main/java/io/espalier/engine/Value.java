package io.espalier.engine;

import io.espalier.api.Shape;

/**
 * A value of the graph that has one entry per sample, as the plan lays it out: a sample every
 * {@link #stride} floats, the floats between its end and the next sample zero. A sample is
 * row-major, or its channels lie side by side: pixels x {@link #lanes}, of which those past the
 * channels are of no meaning.
 *
 * @param id position of its buffers in a frame
 * @param name in the graph
 * @param shape of one sample
 * @param trained whether a gradient flows into it
 * @param size floats of one sample
 * @param stride floats from one sample to the next
 * @param lanes floats from one pixel to the next; 0 if row-major
 * @param buffers which it has
 */
record Value(
    int id,
    String name,
    Shape shape,
    boolean trained,
    int size,
    int stride,
    int lanes,
    Buffers buffers) {
  /** What is stored of a value. */
  enum Buffers {
    ALL,
    /** Its gradient is nowhere needed. */
    DATA,
    /** It is computed where it is needed. */
    GRADIENT
  }

  Value(int id, String name, Shape shape, boolean trained) {
    this(
        id,
        name,
        shape,
        trained,
        Math.toIntExact(shape.size()),
        Kernels.padded(Math.toIntExact(shape.size())),
        0,
        Buffers.ALL);
  }

  /** A value whose channels, its first axis, lie side by side. */
  static Value ofLanes(int id, String name, Shape shape, boolean trained, Buffers buffers) {
    int channels = Math.toIntExact(shape.dim(0));
    int size = Math.toIntExact(shape.size());
    int lanes = Kernels.padded(channels);
    int stride = Math.multiplyExact(size / channels, lanes);
    return new Value(id, name, shape, trained, size, stride, lanes, buffers);
  }

  boolean stored() {
    return buffers != Buffers.GRADIENT;
  }

  boolean graded() {
    return trained && buffers != Buffers.DATA;
  }
}
