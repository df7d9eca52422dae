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

  static final List<Parameter<?>> ALL = List.of(SHIFT_PIXELS, HORIZONTAL_FLIP);

  private AugmentationSettings() {}

  static Augmentation choice(Parameters parameters) {
    return new Augmentation(parameters.get(SHIFT_PIXELS), parameters.get(HORIZONTAL_FLIP));
  }
}
