package io.espalier.core;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * What sizes of an ONNX Resize mean for its axes ({@code keep_aspect_ratio_policy}): every axis
 * gets its own size, or all are scaled alike, so that none exceeds its size or none falls below it.
 */
public enum AspectRatio {
  STRETCH,
  NOT_LARGER,
  NOT_SMALLER;

  /** Names of the policies, as ONNX writes them. */
  public static List<String> words() {
    return Arrays.stream(values()).map(AspectRatio::word).toList();
  }

  /** The policy of a name that is one of {@link #words}. */
  public static AspectRatio of(String word) {
    return valueOf(word.toUpperCase(Locale.ROOT));
  }

  private String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * Scale of each axis, output over input.
   *
   * @param extents of the input along the axes that are resized
   * @param sizes that are asked for along them
   */
  public double[] scales(long[] extents, long[] sizes) {
    double[] scales = new double[sizes.length];
    Arrays.setAll(scales, i -> (double) sizes[i] / extents[i]);
    if (this != STRETCH) {
      double least = Arrays.stream(scales).min().orElse(1);
      double most = Arrays.stream(scales).max().orElse(1);
      Arrays.fill(scales, this == NOT_LARGER ? least : most);
    }
    return scales;
  }

  /** Extent of the output along an axis: to the nearest whole number, halves up. */
  static long extent(long input, double scale) {
    return (long) Math.floor((float) (input * scale) + 0.5);
  }
}
