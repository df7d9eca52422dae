package io.espalier.plugins.idxdata;

import io.espalier.api.Dataset;
import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.api.Shape;
import java.util.List;

/**
 * Grey images kept as bytes; floats from 0 to 1 are made when a sample is read.
 *
 * @param name such as {@code mnist}
 * @param classNames by label
 * @param sample one channel, rows, columns
 */
record IdxDataset(
    String name, List<String> classNames, Shape sample, Split train, Split test, String fingerprint)
    implements Dataset {

  /**
   * A data set of four files.
   *
   * @throws EspalierException ({@link FailureCode#DATA}) if they do not fit each other or a label
   *     is no class
   */
  static IdxDataset of(
      String name,
      List<String> classNames,
      IdxArray trainImages,
      IdxArray trainLabels,
      IdxArray testImages,
      IdxArray testLabels) {
    Shape shape = shape(trainImages);
    if (!shape.equals(shape(testImages))) {
      throw new EspalierException(
          FailureCode.DATA,
          "%s has images of %s, but %s of %s"
              .formatted(trainImages.source(), shape, testImages.source(), shape(testImages)));
    }
    return new IdxDataset(
        name,
        classNames,
        shape,
        split(trainImages, trainLabels, classNames.size()),
        split(testImages, testLabels, classNames.size()),
        Sha256.of(trainImages, trainLabels, testImages, testLabels));
  }

  private static Shape shape(IdxArray images) {
    return Shape.of(1, images.dim(1), images.dim(2));
  }

  private static Split split(IdxArray images, IdxArray labels, int classes) {
    return new Images(images.labelledBy(labels), labels.labelsBelow(classes));
  }

  @Override
  public int classes() {
    return classNames.size();
  }

  private record Images(IdxArray images, IdxArray labels) implements Split {
    private static final float[] UNIT = unit();

    private static float[] unit() {
      float[] table = new float[256];
      for (int i = 0; i < table.length; i++) {
        table[i] = i / 255f;
      }
      return table;
    }

    @Override
    public int size() {
      return images.count();
    }

    @Override
    public void read(int index, float[] into, int offset) {
      images.read(index, UNIT, into, offset);
    }

    @Override
    public int label(int index) {
      return labels.value(index, 0);
    }
  }
}
