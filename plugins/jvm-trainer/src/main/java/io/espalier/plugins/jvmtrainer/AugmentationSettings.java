package io.espalier.plugins.jvmtrainer;

import io.espalier.api.Parameter;
import io.espalier.api.Parameters;
import io.espalier.engine.Augmentation;
import java.util.List;

/** Parameters that vary the images that are trained on. */
final class AugmentationSettings {
  static final Parameter<Integer> SHIFT_PIXELS =
      Parameter.integer(
              "shiftPixels",
              "most pixels by which a training image moves along each axis, drawn from the seed;"
                  + " what comes into view is zero")
          .or(0)
          .atLeast(0)
          .atMost(1024)
          .in("pixels");
  static final Parameter<Boolean> HORIZONTAL_FLIP =
      Parameter.bool(
              "horizontalFlip",
              "whether half of the training images, drawn from the seed, are mirrored left to"
                  + " right")
          .or(false);

  static final Parameter<Double> CROP_SCALE =
      Parameter.number(
              "cropScale",
              "least share of height and width of the window that a training image is cut to, at a"
                  + " size and place drawn from the seed, and enlarged from; 1 for whole images")
          .or(1.0)
          .atLeast(0.1)
          .atMost(1);

  static final List<Parameter<?>> ALL = List.of(SHIFT_PIXELS, HORIZONTAL_FLIP, CROP_SCALE);

  private AugmentationSettings() {}

  static Augmentation choice(Parameters parameters) {
    return new Augmentation(
        parameters.get(SHIFT_PIXELS), parameters.get(HORIZONTAL_FLIP), parameters.get(CROP_SCALE));
  }
}
