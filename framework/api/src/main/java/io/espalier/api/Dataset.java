package io.espalier.api;

import java.util.List;

/**
 * Labelled samples for training and for testing, at hand in this process. Safe for many threads.
 */
public interface Dataset {
  /** Such as {@code fashion-mnist}. */
  String name();

  /** Number of classes; labels run from 0 to one less. */
  int classes();

  /** What the classes are called, in the order of the labels; empty where nobody knows. */
  default List<String> classNames() {
    return List.of();
  }

  /** Shape of one sample, channels first, such as 1x28x28. */
  Shape sample();

  /** What models are trained on. */
  Split train();

  /** What models are measured on, and never trained. */
  Split test();

  /**
   * Hash of all samples and labels, as hexadecimal text: tells whether two runs saw the same data.
   */
  String fingerprint();

  /** One part of a data set. */
  interface Split {
    /** Number of samples. */
    int size();

    /**
     * Writes a sample in row-major order, scaled as the model expects it.
     *
     * @param index 0 to below {@link #size}
     * @param into where to write
     * @param offset first position to write
     */
    void read(int index, float[] into, int offset);

    /** The class of a sample. */
    int label(int index);
  }
}
