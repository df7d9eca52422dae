package io.espalier.runtime;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.espalier.api.Parameter;
import io.espalier.core.DescriptionProtos;
import io.espalier.core.ModelBuilders;
import io.espalier.proto.ExtensionDescription;
import io.espalier.proto.ParameterDescription;
import io.espalier.proto.PluginInfo;
import io.espalier.runtime.plugin.BuiltIns;
import io.espalier.runtime.plugin.ExtensionKind;
import io.espalier.runtime.scenario.StageKind;
import java.util.ArrayList;
import java.util.List;

/**
 * The JSON schema of scenarios (draft 2020-12), with every extension that is there and all that
 * their descriptions say. Editors check scenarios by it, and the dashboard makes its form of it.
 * Beyond the standard, {@code x-unit} has a parameter's unit, {@code x-unit-choice} names the
 * parameter that picks it where there are several, and {@code x-plugin} names the plugin.
 */
final class ScenarioSchema {
  private static final ObjectMapper JSON = new ObjectMapper();

  private ScenarioSchema() {}

  static String of(List<PluginInfo> plugins) {
    ObjectNode root = JSON.createObjectNode();
    root.put("$schema", "https://json-schema.org/draft/2020-12/schema");
    root.put("title", "Espalier scenario");
    root.put("type", "object");
    root.put("additionalProperties", false);
    ObjectNode properties = root.putObject("properties");
    properties.putObject("espalier").put("const", 1);
    name(properties.putObject("name"));
    properties
        .putObject("seed")
        .put("type", "integer")
        .put("default", 0)
        .put("description", "of everything drawn at random");
    reference(properties.putObject("dataset"), ExtensionKind.DATASET.id());
    model(properties.putObject("model"));
    ObjectNode stages = properties.putObject("stages").put("type", "array").put("minItems", 1);
    stages.putObject("items").put("$ref", "#/$defs/stage");
    properties
        .putObject("listeners")
        .put("type", "array")
        .put("description", "programs that are asked after each epoch, such as bus:mine")
        .putObject("items")
        .putArray("type")
        .add("string")
        .add("object");
    required(root, "name", "dataset", "model", "stages");
    ObjectNode definitions = root.putObject("$defs");
    stages(definitions.putObject("stage").putArray("oneOf"));
    for (ExtensionKind kind : ExtensionKind.values()) {
      ArrayNode choices = definitions.putObject(kind.id()).putArray("oneOf");
      List<PluginInfo> all = new ArrayList<>(List.of(BuiltIns.info()));
      all.addAll(plugins);
      for (PluginInfo plugin : all) {
        for (ExtensionDescription extension : plugin.getExtensionsList()) {
          if (extension.getKind().equals(kind.id())) {
            extension(choices.addObject(), extension).put("x-plugin", plugin.getId());
          }
        }
      }
    }
    return root.toString();
  }

  private static void name(ObjectNode node) {
    node.put("type", "string").put("pattern", "^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$");
  }

  private static void reference(ObjectNode node, String definition) {
    node.put("$ref", "#/$defs/" + definition);
  }

  private static void required(ObjectNode node, String... names) {
    ArrayNode list = node.putArray("required");
    for (String name : names) {
      list.add(name);
    }
  }

  private static void model(ObjectNode node) {
    ArrayNode choices = node.putArray("oneOf");
    ObjectNode builder = choices.addObject().put("type", "object");
    builder.put("description", "a network that Espalier makes itself");
    ArrayNode names =
        builder.putObject("properties").putObject("builder").put("type", "string").putArray("enum");
    ModelBuilders.names().forEach(names::add);
    required(builder.put("additionalProperties", false), "builder");
    ObjectNode file = choices.addObject().put("type", "object");
    file.put("description", "a model file");
    file.putObject("properties").putObject("file").put("type", "string");
    required(file.put("additionalProperties", false), "file");
  }

  private static void stages(ArrayNode choices) {
    for (StageKind kind : StageKind.values()) {
      ObjectNode stage = choices.addObject().put("type", "object");
      stage.put("title", kind.id()).put("additionalProperties", false);
      ObjectNode properties = stage.putObject("properties");
      name(properties.putObject("name"));
      properties.putObject("kind").put("const", kind.id());
      ArrayNode required = stage.putArray("required").add("name").add("kind");
      for (StageKind.Role role : StageKind.Role.values()) {
        boolean needed = kind.roles().contains(role);
        if (needed || kind.optionalRoles().contains(role)) {
          reference(properties.putObject(role.key()), extensionKind(role).id());
        }
        if (needed) {
          required.add(role.key());
        }
      }
      for (Parameter<?> setting : kind.settings()) {
        parameter(properties.putObject(setting.name()), DescriptionProtos.toProto(setting));
      }
    }
  }

  private static ExtensionKind extensionKind(StageKind.Role role) {
    return switch (role) {
      case PRUNER -> ExtensionKind.PRUNER;
      case CHANNEL_PRUNER -> ExtensionKind.CHANNEL_PRUNER;
      case SCHEDULER -> ExtensionKind.SCHEDULER;
      case CLUSTERER -> ExtensionKind.CLUSTERER;
      case FINE_TUNER -> ExtensionKind.FINE_TUNER;
      case EXPORTER -> ExtensionKind.EXPORTER;
    };
  }

  private static ObjectNode extension(ObjectNode node, ExtensionDescription extension) {
    node.put("type", "object").put("additionalProperties", false);
    node.put("title", extension.getId()).put("description", extension.getSummary());
    ObjectNode properties = node.putObject("properties");
    properties.putObject("id").put("const", extension.getId());
    ObjectNode parameters = properties.putObject("parameters").put("type", "object");
    parameters.put("additionalProperties", false);
    ObjectNode each = parameters.putObject("properties");
    ArrayNode needed = JSON.createArrayNode();
    for (ParameterDescription parameter : extension.getParametersList()) {
      parameter(each.putObject(parameter.getName()), parameter);
      if (parameter.getDefaultValue().isEmpty() && !parameter.getOptional()) {
        needed.add(parameter.getName());
      }
    }
    ArrayNode required = node.putArray("required").add("id");
    if (!needed.isEmpty()) {
      parameters.set("required", needed);
      required.add("parameters");
    }
    return node;
  }

  private static void parameter(ObjectNode node, ParameterDescription parameter) {
    if (!parameter.getMeaning().isEmpty()) {
      node.put("description", parameter.getMeaning());
    }
    switch (parameter.getType()) {
      case "text" -> node.put("type", "string");
      case "choice" -> {
        ArrayNode choices = node.put("type", "string").putArray("enum");
        parameter.getChoicesList().forEach(choices::add);
      }
      case "list" -> {
        node.put("type", "array");
        parameter(node.putObject("items"), parameter.getElement());
      }
      case "object" -> {
        ObjectNode fields = node.put("type", "object").putObject("properties");
        node.put("additionalProperties", false);
        for (ParameterDescription field : parameter.getFieldsList()) {
          parameter(fields.putObject(field.getName()), field);
        }
      }
      default -> node.put("type", parameter.getType());
    }
    bounds(node, parameter);
    if (!parameter.getUnit().isEmpty()) {
      node.put("x-unit", parameter.getUnit());
    }
    if (!parameter.getUnitChoice().isEmpty()) {
      node.put("x-unit-choice", parameter.getUnitChoice());
    }
    if (!parameter.getDefaultValue().isEmpty()) {
      node.set("default", defaultOf(parameter));
    }
  }

  private static void bounds(ObjectNode node, ParameterDescription parameter) {
    boolean list = parameter.getType().equals("list");
    if (parameter.hasMinimum()) {
      node.put(list ? "minItems" : "minimum", parameter.getMinimum());
    }
    if (parameter.hasMaximum()) {
      String exclusive = parameter.getExclusiveMaximum() ? "exclusiveMaximum" : "maximum";
      node.put(list ? "maxItems" : exclusive, parameter.getMaximum());
    }
  }

  private static JsonNode defaultOf(ParameterDescription parameter) {
    try {
      return JSON.readTree(parameter.getDefaultValue());
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a description's default is JSON", e);
    }
  }
}
