package io.espalier.plugins.idxdata;

import java.util.List;

/** The four files of a data set in idx form, in the order in which they count for its hash. */
enum IdxFile {
  TRAIN_IMAGES("train-images", IdxArray.IMAGES),
  TRAIN_LABELS("train-labels", IdxArray.LABELS),
  TEST_IMAGES("t10k-images", IdxArray.IMAGES),
  TEST_LABELS("t10k-labels", IdxArray.LABELS);

  private final String stem;
  private final int axes;

  IdxFile(String stem, int axes) {
    this.stem = stem;
    this.axes = axes;
  }

  /** Number of axes of its array. */
  int axes() {
    return axes;
  }

  /** The usual name, such as {@code train-images-idx3-ubyte}. */
  String label() {
    return stem + "-idx" + axes + "-ubyte";
  }

  /** The usual name of the compressed file. */
  String compressed() {
    return label() + ".gz";
  }

  /** Names that the file goes by, best first. */
  List<String> names() {
    String dotted = stem + ".idx" + axes + "-ubyte";
    return List.of(label(), compressed(), dotted, dotted + ".gz");
  }
}
