package io.espalier.engine;

import io.espalier.api.Shape;

/**
 * A value of the graph that has one entry per sample, as the plan lays it out: row-major, a sample
 * every {@link #stride} floats, the floats between its end and the next sample zero.
 *
 * @param id position of its buffers in a frame
 * @param name in the graph
 * @param shape of one sample
 * @param trained whether a gradient flows into it
 * @param size floats of one sample
 * @param stride floats from one sample to the next
 */
record Value(int id, String name, Shape shape, boolean trained, int size, int stride) {
  Value(int id, String name, Shape shape, boolean trained) {
    this(
        id,
        name,
        shape,
        trained,
        Math.toIntExact(shape.size()),
        Kernels.padded(Math.toIntExact(shape.size())));
  }
}
