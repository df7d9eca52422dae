package io.espalier.core;

import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.api.Model;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongFunction;

/** The networks that Espalier can make itself, for those who come without a model file. */
public final class ModelBuilders {
  private static final Map<String, LongFunction<Model>> BUILDERS =
      new TreeMap<>(Map.of("tutorial-cnn", TutorialCnn::build));

  private ModelBuilders() {}

  /** What can be built, sorted. */
  public static List<String> names() {
    return List.copyOf(BUILDERS.keySet());
  }

  /**
   * Builds an untrained network.
   *
   * @param name one of {@link #names}
   * @param seed the same seed gives the same bytes
   * @throws EspalierException ({@link FailureCode#NOT_FOUND}) for another name
   */
  public static Model build(String name, long seed) {
    LongFunction<Model> builder = BUILDERS.get(name);
    if (builder == null) {
      throw new EspalierException(
          FailureCode.NOT_FOUND,
          "there is no built-in model '%s' (there are: %s)"
              .formatted(name, String.join(", ", names())));
    }
    return builder.apply(seed);
  }
}
