package io.espalier.runtime.scenario;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.api.Parameter;
import io.espalier.api.ParameterException;
import io.espalier.api.Parameters;
import io.espalier.runtime.scenario.StageKind.Role;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Reads one scenario; every complaint names source, JSON path, value and what is allowed. */
final class ScenarioParser {
  /** The version of the scenario format. */
  static final int VERSION = 1;

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");
  private static final String NAME_RULE =
      "1 to 64 letters, digits, dots, hyphens and underscores, the first a letter or digit";

  private static final ObjectMapper JSON = strict(JsonMapper.builder().build());
  private static final ObjectMapper YAML = strict(YAMLMapper.builder().build());

  private final String source;
  private final Path baseFolder;

  ScenarioParser(String source, Path baseFolder) {
    this.source = source;
    this.baseFolder = baseFolder;
  }

  private static ObjectMapper strict(ObjectMapper mapper) {
    mapper
        .getFactory()
        .configure(StreamReadFeature.STRICT_DUPLICATE_DETECTION.mappedFeature(), true);
    return mapper.enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
  }

  Scenario parse(String text) {
    JsonNode root = tree(text);
    keys(
        root,
        "",
        Set.of("name", "dataset", "model", "stages"),
        Set.of("espalier", "seed", "listeners"));
    JsonNode version = root.path("espalier");
    if (!version.isMissingNode() && !(version.isInt() && version.intValue() == VERSION)) {
      throw refuse("espalier", version, "the format's version, " + VERSION);
    }
    JsonNode seed = root.path("seed");
    if (!seed.isMissingNode() && !(seed.isIntegralNumber() && seed.canConvertToLong())) {
      throw refuse("seed", seed, "a whole number of 64 bits");
    }
    return new Scenario(
        name(root.path("name"), "name"),
        seed.asLong(0),
        use(root.path("dataset"), "dataset"),
        model(root.path("model")),
        stages(root.path("stages")),
        listeners(root.path("listeners")));
  }

  private List<Use> listeners(JsonNode node) {
    if (!node.isMissingNode() && !node.isArray()) {
      throw refuse("listeners", node, "a list of listeners, such as [\"bus:mine\"]");
    }
    List<Use> listeners = new ArrayList<>();
    for (JsonNode listener : node) {
      listeners.add(use(listener, "listeners[" + listeners.size() + "]"));
    }
    return listeners;
  }

  private JsonNode tree(String text) {
    try {
      JsonNode root = (text.stripLeading().startsWith("{") ? JSON : YAML).readTree(text);
      if (root == null || !root.isObject()) {
        throw new EspalierException(
            FailureCode.USAGE,
            source + ": a scenario is an object with name, dataset, model, stages");
      }
      return root;
    } catch (JsonProcessingException e) {
      var at = e.getLocation();
      String where =
          at == null ? "" : " at line %d, column %d".formatted(at.getLineNr(), at.getColumnNr());
      throw new EspalierException(
          FailureCode.USAGE,
          "%s: broken%s: %s".formatted(source, where, inOneLine(e.getOriginalMessage())),
          e);
    }
  }

  /** A parser's message without the excerpt and the places that it indents. */
  private static String inOneLine(String message) {
    return message.lines().filter(line -> !line.startsWith(" ")).collect(Collectors.joining(", "));
  }

  private ModelSource model(JsonNode node) {
    if (!node.isObject() || node.size() != 1 || !node.path(node.fieldNames().next()).isTextual()) {
      throw refuse(
          "model",
          node,
          "{\"builder\": name}, {\"file\": path of a model file} or {\"scenario\": path of a scenario}");
    }
    String key = node.fieldNames().next();
    String value = node.path(key).textValue();
    return switch (key) {
      case "builder" -> new ModelSource.Builder(value);
      case "file" -> new ModelSource.ModelFile(baseFolder.resolve(value).normalize());
      case "scenario" -> new ModelSource.EarlierRun(baseFolder.resolve(value).normalize());
      default -> throw unknown("model." + key, List.of("builder", "file", "scenario"));
    };
  }

  private List<StageSpec> stages(JsonNode node) {
    if (!node.isArray() || node.isEmpty()) {
      throw refuse("stages", node, "a list of at least one stage");
    }
    List<StageSpec> stages = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (int i = 0; i < node.size(); i++) {
      String path = "stages[" + i + "]";
      for (StageSpec stage : stage(node.get(i), path)) {
        if (!names.add(stage.name())) {
          throw refuse(path + ".name", node.get(i).path("name"), "a name that no other stage has");
        }
        stages.add(stage);
      }
    }
    return stages;
  }

  /** The stage, or the rounds that it stands for. */
  private List<StageSpec> stage(JsonNode node, String path) {
    JsonNode kindNode = node.path("kind");
    StageKind kind =
        Optional.ofNullable(kindNode.textValue())
            .flatMap(StageKind::of)
            .orElseThrow(
                () ->
                    refuse(
                        path + ".kind",
                        kindNode,
                        "one of "
                            + Arrays.stream(StageKind.values())
                                .map(StageKind::id)
                                .collect(Collectors.joining(", "))));
    Set<String> required = new HashSet<>(Set.of("name", "kind"));
    kind.roles().forEach(role -> required.add(key(node, role)));
    Set<String> optional = new HashSet<>();
    kind.optionalRoles().forEach(role -> optional.add(key(node, role)));
    Set<String> settings = new HashSet<>();
    for (Parameter<?> setting : kind.settings()) {
      settings.add(setting.name());
      settings.addAll(setting.otherNames());
    }
    Map<String, Object> given = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> entry : node.properties()) {
      String key = Parameters.camelCase(entry.getKey());
      if (settings.contains(key)) {
        given.put(entry.getKey(), value(entry.getValue(), path + "." + entry.getKey()));
        optional.add(entry.getKey());
      }
    }
    optional.addAll(settings);
    keys(node, path, required, optional);
    Map<Role, Use> uses = new EnumMap<>(Role.class);
    for (Role role : Role.values()) {
      String key = key(node, role);
      if (node.has(key)) {
        uses.put(role, use(node.path(key), path + "." + key));
      }
    }
    try {
      return Rounds.of(new StageSpec(name(node.path("name"), path + ".name"), kind, uses, given));
    } catch (ParameterException e) {
      throw complaint(path + "." + e.parameter(), e.problem());
    }
  }

  /** What a stage calls a role; the role's own key if it does not have it. */
  private static String key(JsonNode stage, Role role) {
    return stage.properties().stream()
        .map(Map.Entry::getKey)
        .filter(role::isKey)
        .findFirst()
        .orElse(role.key());
  }

  private Use use(JsonNode node, String path) {
    if (node.isTextual()) {
      return Use.of(node.textValue());
    }
    if (!node.isObject() || !node.path("id").isTextual()) {
      throw refuse(path, node, "an extension's id, or {\"id\": …, \"parameters\": {…}}");
    }
    keys(node, path, Set.of("id"), Set.of("parameters"));
    Map<String, Object> parameters = new LinkedHashMap<>();
    JsonNode given = node.path("parameters");
    if (!given.isMissingNode() && !given.isObject()) {
      throw refuse(path + ".parameters", given, "an object of names and values");
    }
    given
        .properties()
        .forEach(
            entry ->
                parameters.put(
                    entry.getKey(),
                    value(entry.getValue(), path + ".parameters." + entry.getKey())));
    return new Use(node.path("id").textValue(), parameters);
  }

  private Object value(JsonNode node, String path) {
    if (node.isArray()) {
      List<Object> values = new ArrayList<>();
      for (JsonNode element : node) {
        values.add(value(element, path + "[" + values.size() + "]"));
      }
      return List.copyOf(values);
    }
    if (node.isObject()) {
      Map<String, Object> values = new LinkedHashMap<>();
      node.properties()
          .forEach(e -> values.put(e.getKey(), value(e.getValue(), path + "." + e.getKey())));
      return Collections.unmodifiableMap(values);
    }
    return scalar(node, path);
  }

  private Object scalar(JsonNode node, String path) {
    if (node.isIntegralNumber() && node.canConvertToLong()) {
      return node.longValue();
    }
    if (node.isNumber()) {
      return node.doubleValue();
    }
    if (node.isBoolean()) {
      return node.booleanValue();
    }
    if (node.isTextual()) {
      return node.textValue();
    }
    throw refuse(path, node, "a number, true, false, a text, or a list or an object of these");
  }

  private String name(JsonNode node, String path) {
    if (!node.isTextual() || !NAME.matcher(node.textValue()).matches()) {
      throw refuse(path, node, NAME_RULE);
    }
    return node.textValue();
  }

  private void keys(JsonNode node, String path, Set<String> required, Set<String> optional) {
    Set<String> allowed = new java.util.TreeSet<>(required);
    allowed.addAll(optional);
    node.fieldNames()
        .forEachRemaining(
            key -> {
              if (!allowed.contains(key)) {
                throw unknown(path.isEmpty() ? key : path + "." + key, allowed);
              }
            });
    for (String key : required) {
      if (!node.has(key)) {
        throw complaint(path.isEmpty() ? key : path + "." + key, "is missing");
      }
    }
  }

  private EspalierException unknown(String path, Iterable<String> allowed) {
    return complaint(path, "unknown key (allowed: " + String.join(", ", allowed) + ")");
  }

  private EspalierException refuse(String path, JsonNode value, String allowed) {
    return complaint(
        path,
        value.isMissingNode()
            ? "is missing (allowed: " + allowed + ")"
            : "%s is not allowed (allowed: %s)".formatted(shortened(value.toString()), allowed));
  }

  private static String shortened(String text) {
    return text.length() <= 80 ? text : text.substring(0, 79) + "…";
  }

  private EspalierException complaint(String path, String problem) {
    return new EspalierException(FailureCode.USAGE, source + ": " + path + ": " + problem);
  }
}
