package io.espalier.core;

import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.api.Layer;
import io.espalier.api.Parameter;
import io.espalier.api.ParameterException;
import io.espalier.api.Parameters;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * One entry of a selection: what it matches, and what holds for that. The keys are those of NNI's
 * configuration list (version 2.10, with the regular expressions of version 3).
 */
public final class LayerEntry {
  static final Parameter<List<String>> OP_TYPES =
      Parameter.list(
              "opTypes",
              "operators, such as Conv or Gemm; also Conv2d, Linear, Dense and default for all",
              Parameter.text("type", "an operator"))
          .or(List.of());
  static final Parameter<List<String>> OP_NAMES =
      Parameter.list("opNames", "layers by name or glob", Parameter.text("name", "a name or glob"))
          .or(List.of());
  static final Parameter<List<String>> OP_NAMES_RE =
      Parameter.list(
              "opNamesRe",
              "layers by regular expression, which is to match the whole name",
              Parameter.text("expression", "a Java regular expression"))
          .or(List.of());
  static final Parameter<List<String>> OP_PARTIAL_NAMES =
      Parameter.list(
              "opPartialNames", "layers by a part of the name", Parameter.text("part", "a text"))
          .or(List.of());
  static final Parameter<Boolean> EXCLUDE =
      Parameter.bool("exclude", "the layers stay as they are").or(false);
  static final Parameter<Double> SPARSITY = target("sparsity", "share of each layer that goes");
  static final Parameter<Double> SPARSITY_PER_LAYER =
      target("sparsityPerLayer", "another name of sparsity");
  static final Parameter<Double> TOTAL_SPARSITY =
      target("totalSparsity", "share of the entry's layers together that goes");
  static final Parameter<Double> MAX_SPARSITY_PER_LAYER =
      Parameter.number("maxSparsityPerLayer", "the most that goes of one of the layers")
          .atLeast(0)
          .atMost(1)
          .optional();

  /** What an entry matches, and whether it leaves that out. */
  public static final List<Parameter<?>> MATCHING =
      List.of(OP_TYPES, OP_NAMES, OP_NAMES_RE, OP_PARTIAL_NAMES, EXCLUDE);

  static final List<Parameter<?>> PARAMETERS =
      List.of(
          OP_TYPES,
          OP_NAMES,
          OP_NAMES_RE,
          OP_PARTIAL_NAMES,
          EXCLUDE,
          SPARSITY,
          SPARSITY_PER_LAYER,
          TOTAL_SPARSITY,
          MAX_SPARSITY_PER_LAYER);

  private static final List<String> ALL_TYPES = List.of("Conv", "ConvTranspose", "Gemm", "MatMul");

  /** Names of layers elsewhere, and the operators that they are here. */
  private static final Map<String, List<String>> ALIASES =
      Map.ofEntries(
          Map.entry("default", ALL_TYPES),
          Map.entry("conv1d", List.of("Conv")),
          Map.entry("conv2d", List.of("Conv")),
          Map.entry("conv3d", List.of("Conv")),
          Map.entry("convtranspose1d", List.of("ConvTranspose")),
          Map.entry("convtranspose2d", List.of("ConvTranspose")),
          Map.entry("convtranspose3d", List.of("ConvTranspose")),
          Map.entry("conv2dtranspose", List.of("ConvTranspose")),
          Map.entry("linear", List.of("Gemm", "MatMul")),
          Map.entry("dense", List.of("Gemm", "MatMul")));

  private final int position;
  private final String path;
  private final Parameters settings;
  private final List<Pattern> expressions;

  LayerEntry(int position, Parameters settings) {
    this.position = position;
    this.path = "layers[" + position + "]";
    this.settings = settings;
    this.expressions = settings.get(OP_NAMES_RE).stream().map(this::expression).toList();
    long targets =
        List.of(SPARSITY, SPARSITY_PER_LAYER, TOTAL_SPARSITY).stream()
            .filter(target -> settings.find(target).isPresent())
            .count();
    if (targets > 1 || exclude() && targets > 0) {
      throw new ParameterException(
          path,
          "has %s; give one target, or exclude and none"
              .formatted(targets > 1 ? targets + " targets" : "exclude and a target"));
    }
  }

  private static Parameter<Double> target(String name, String meaning) {
    return Parameter.number(name, meaning).atLeast(0).below(1).optional();
  }

  private Pattern expression(String text) {
    try {
      return Pattern.compile(text);
    } catch (PatternSyntaxException e) {
      throw new ParameterException(
          path + "." + OP_NAMES_RE.name(),
          "\"%s\" is no regular expression: %s".formatted(text, e.getDescription()));
    }
  }

  /** Its place among the entries, from 0. */
  public int position() {
    return position;
  }

  /** Whether the layers that it matches are left out. */
  public boolean exclude() {
    return settings.get(EXCLUDE);
  }

  /** Target of each of its layers, if it has one. */
  public Optional<Double> sparsity() {
    return settings.find(SPARSITY).or(() -> settings.find(SPARSITY_PER_LAYER));
  }

  /** Target of all its layers together, if it has one. */
  public Optional<Double> totalSparsity() {
    return settings.find(TOTAL_SPARSITY);
  }

  /** The most that goes of one of its layers, if that is bounded. */
  public Optional<Double> maxSparsityPerLayer() {
    return settings.find(MAX_SPARSITY_PER_LAYER);
  }

  boolean matches(Layer layer) {
    List<String> types = settings.get(OP_TYPES);
    boolean ofType =
        types.isEmpty() || types.stream().anyMatch(type -> isOfType(layer.type(), type));
    return ofType && (!names() || isNamed(layer.name()));
  }

  private boolean names() {
    return !settings.get(OP_NAMES).isEmpty()
        || !expressions.isEmpty()
        || !settings.get(OP_PARTIAL_NAMES).isEmpty();
  }

  private boolean isNamed(String name) {
    return settings.get(OP_NAMES).stream().anyMatch(glob -> Globs.matches(glob, name))
        || expressions.stream().anyMatch(expression -> expression.matcher(name).matches())
        || settings.get(OP_PARTIAL_NAMES).stream().anyMatch(name::contains);
  }

  private static boolean isOfType(String operator, String wanted) {
    return operator.equalsIgnoreCase(wanted)
        || ALIASES.getOrDefault(wanted.toLowerCase(Locale.ROOT), List.of()).contains(operator);
  }

  /** A kind of layer that other models have, as in the usual {@code [Conv2d, Linear]}. */
  private static boolean isKnown(String type) {
    return ALIASES.containsKey(type.toLowerCase(Locale.ROOT)) || ALL_TYPES.contains(type);
  }

  /** Refuses a name among others that no layer has, and a type that there is not. */
  void requireEveryName(List<Layer> layers) {
    require(OP_NAMES, layers, (name, layer) -> Globs.matches(name, layer.name()));
    require(OP_NAMES_RE, layers, (text, layer) -> layer.name().matches(text));
    require(OP_PARTIAL_NAMES, layers, (part, layer) -> layer.name().contains(part));
    require(OP_TYPES, layers, (type, layer) -> isOfType(layer.type(), type) || isKnown(type));
  }

  private interface Match {
    boolean test(String text, Layer layer);
  }

  private void require(Parameter<List<String>> parameter, List<Layer> layers, Match match) {
    List<String> texts = settings.get(parameter);
    for (int i = 0; i < texts.size(); i++) {
      String text = texts.get(i);
      if (layers.stream().noneMatch(layer -> match.test(text, layer))) {
        throw new EspalierException(
            FailureCode.USAGE,
            "%s.%s[%d]: \"%s\" matches no layer (the model has: %s)"
                .formatted(path, parameter.name(), i, text, LayerSelection.names(layers)));
      }
    }
  }

  /** Its place in the scenario, such as {@code layers[1]}. */
  @Override
  public String toString() {
    return path;
  }
}
