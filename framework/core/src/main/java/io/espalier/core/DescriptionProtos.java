package io.espalier.core;

import io.espalier.api.Description;
import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.api.Parameter;
import io.espalier.api.Parameters;
import io.espalier.proto.ExtensionDescription;
import io.espalier.proto.ParameterDescription;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Descriptions of extensions as protobuf messages. */
public final class DescriptionProtos {
  private DescriptionProtos() {}

  /**
   * The message of a description.
   *
   * @param kind kind of extension, such as {@code pruner}
   */
  public static ExtensionDescription toProto(String kind, Description description) {
    var proto =
        ExtensionDescription.newBuilder()
            .setKind(kind)
            .setId(description.id())
            .setSummary(description.summary());
    description.parameters().forEach(p -> proto.addParameters(toProto(p)));
    return proto.build();
  }

  /**
   * The description of a message; its kind is left behind.
   *
   * @throws EspalierException ({@link FailureCode#PLUGIN}) for a broken description
   */
  public static Description fromProto(ExtensionDescription proto) {
    List<Parameter<?>> parameters = new ArrayList<>();
    for (ParameterDescription parameter : proto.getParametersList()) {
      parameters.add(fromProto(proto.getId(), parameter));
    }
    return new Description(proto.getId(), proto.getSummary(), parameters);
  }

  /** The message of a parameter's description. */
  public static ParameterDescription toProto(Parameter<?> parameter) {
    var proto =
        ParameterDescription.newBuilder()
            .setName(parameter.name())
            .setMeaning(parameter.meaning())
            .setType(parameter.kind().name().toLowerCase(Locale.ROOT))
            .setExclusiveMaximum(parameter.exclusiveMaximum())
            .setUnit(parameter.unit())
            .setUnitChoice(parameter.unitChoice())
            .addAllChoices(parameter.choices())
            .setOptional(parameter.isOptional());
    parameter.element().ifPresent(element -> proto.setElement(toProto(element)));
    parameter.fields().forEach(field -> proto.addFields(toProto(field)));
    parameter.absent().ifPresent(value -> proto.setDefaultValue(json(value)));
    boolean list = parameter.kind() == Parameter.Kind.LIST;
    boolean whole = list || parameter.kind() == Parameter.Kind.INTEGER;
    int least = list ? 0 : Integer.MIN_VALUE;
    if (whole ? parameter.minimum() > least : finite(parameter.minimum())) {
      proto.setMinimum(parameter.minimum());
    }
    if (whole ? parameter.maximum() < Integer.MAX_VALUE : finite(parameter.maximum())) {
      proto.setMaximum(parameter.maximum());
    }
    return proto.build();
  }

  private static boolean finite(double bound) {
    return !Double.isInfinite(bound);
  }

  private static String json(Object value) {
    return JsonText.of(value instanceof Parameters object ? object.values() : value);
  }

  private static Parameter<?> fromProto(String id, ParameterDescription proto) {
    String name = proto.getName();
    String meaning = proto.getMeaning();
    return switch (proto.getType()) {
      case "integer" -> bounded(id, Parameter.integer(name, meaning), proto);
      case "number" -> bounded(id, Parameter.number(name, meaning), proto);
      case "boolean" -> withDefault(id, Parameter.bool(name, meaning), proto);
      case "text" -> withDefault(id, Parameter.text(name, meaning), proto);
      case "choice" ->
          withDefault(
              id,
              Parameter.choice(name, meaning, proto.getChoicesList().toArray(String[]::new)),
              proto);
      case "list" ->
          bounded(id, Parameter.list(name, meaning, fromProto(id, proto.getElement())), proto);
      case "object" ->
          withDefault(
              id,
              Parameter.object(
                  name,
                  meaning,
                  proto.getFieldsList().stream()
                      .<Parameter<?>>map(field -> fromProto(id, field))
                      .toList()),
              proto);
      default -> throw broken(id, proto, "has unknown type '" + proto.getType() + "'");
    };
  }

  private static <T> Parameter<T> bounded(
      String id, Parameter<T> plain, ParameterDescription proto) {
    Parameter<T> parameter = plain.in(proto.getUnit(), proto.getUnitChoice());
    if (proto.hasMinimum()) {
      parameter = parameter.atLeast(proto.getMinimum());
    }
    if (proto.hasMaximum()) {
      parameter =
          proto.getExclusiveMaximum()
              ? parameter.below(proto.getMaximum())
              : parameter.atMost(proto.getMaximum());
    }
    return withDefault(id, parameter, proto);
  }

  private static <T> Parameter<T> withDefault(
      String id, Parameter<T> parameter, ParameterDescription proto) {
    String json = proto.getDefaultValue();
    if (json.isEmpty()) {
      return proto.getOptional() ? parameter.optional() : parameter;
    }
    try {
      return parameter.or(parameter.check(JsonText.parse(json)));
    } catch (EspalierException | IllegalArgumentException e) {
      throw broken(id, proto, "has a default that is not allowed: " + json);
    }
  }

  private static EspalierException broken(String id, ParameterDescription proto, String problem) {
    return new EspalierException(
        FailureCode.PLUGIN,
        "extension '%s': parameter '%s' %s".formatted(id, proto.getName(), problem));
  }
}
