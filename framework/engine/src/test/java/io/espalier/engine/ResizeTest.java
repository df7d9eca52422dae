package io.espalier.engine;

import static org.junit.jupiter.params.provider.Arguments.arguments;

import ai.onnxruntime.OrtException;
import io.espalier.api.Attribute;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Resize in all its modes, above all by scales that give no whole extents: results equal those of
 * ONNX Runtime, gradients central differences.
 */
class ResizeTest {
  private static final int CLASSES = 3;
  private static final int TRIES = 3;

  static Stream<Arguments> forms() {
    Stream.Builder<Arguments> forms = Stream.builder();
    for (String coordinates :
        List.of("half_pixel", "pytorch_half_pixel", "half_pixel_symmetric", "asymmetric")) {
      for (String nearest : roundings(coordinates)) {
        Map<String, Attribute> rounding = Map.of("nearest_mode", new Attribute.Text(nearest));
        forms.add(
            form(
                19,
                "nearest, %s, %s".formatted(coordinates, nearest),
                n -> n.rescale("nearest", coordinates, rounding)));
      }
      for (String mode : List.of("linear", "cubic")) {
        for (String attribute : List.of("exclude_outside", "antialias")) {
          Map<String, Attribute> more =
              mode.equals("cubic") || attribute.equals("antialias")
                  ? Map.of(attribute, new Attribute.Int(1))
                  : Map.of();
          forms.add(
              form(
                  19,
                  "%s, %s, %s".formatted(mode, coordinates, more.keySet()),
                  n -> n.rescale(mode, coordinates, more)));
        }
      }
    }
    for (String mode : List.of("nearest", "linear")) {
      forms.add(form(10, mode, n -> n.rescale(mode, "", Map.of())));
      for (String policy : List.of("not_larger", "not_smaller")) {
        forms.add(form(18, mode + ", " + policy, n -> n.resizeAlike(mode, policy)));
      }
    }
    return forms.build();
  }

  /**
   * Symmetric places are whole but for their last digit, which only rounding to nearest forgets.
   */
  private static List<String> roundings(String coordinates) {
    return coordinates.equals("half_pixel_symmetric")
        ? List.of("round_prefer_floor", "round_prefer_ceil")
        : List.of("round_prefer_floor", "round_prefer_ceil", "floor", "ceil");
  }

  private static Arguments form(long opset, String name, Function<StructureNets, Net> build) {
    return arguments(name, opset, build);
  }

  @ParameterizedTest(name = "{0}, operator set {1}")
  @MethodSource("forms")
  void gradientsEqualCentralDifferences(
      String name, long opset, Function<StructureNets, Net> build) {
    for (int seed = 0; seed < TRIES; seed++) {
      Net net = build.apply(new StructureNets(seed, opset));
      Gradients.check(net.classifier(CLASSES), net.data(3, CLASSES), PlainKernels::new);
    }
  }

  @ParameterizedTest(name = "{0}, operator set {1}")
  @MethodSource("forms")
  void resultsEqualThoseOfOnnxRuntime(String name, long opset, Function<StructureNets, Net> build)
      throws OrtException {
    for (int seed = 0; seed < TRIES; seed++) {
      Net net = build.apply(new StructureNets(seed, opset));
      ForwardTest.assertSame(net.classifier(CLASSES), net.data(ForwardTest.SAMPLES, CLASSES));
    }
  }
}
