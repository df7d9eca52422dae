package io.espalier.runtime.gateway;

import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.DescriptorProtos.SourceCodeInfo.Location;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.GenericDescriptor;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * JSON schemas of messages in their protobuf JSON form, with the comments of the {@code .proto}
 * files as descriptions. Collects every message that one refers to.
 */
final class ProtoSchemas {
  private static final String DESCRIPTORS = "/io/espalier/proto/espalier.desc";
  private static final String SCHEMAS = "#/components/schemas/";

  private final Map<String, String> comments = comments();
  private final Map<String, JsonObject> schemas = new TreeMap<>();

  /** A reference to a message's schema. */
  JsonObject reference(Descriptor message) {
    if (message.getFullName().equals("google.protobuf.Struct")) {
      return new JsonObject().put("type", "object");
    }
    if (!schemas.containsKey(message.getName())) {
      schemas.put(message.getName(), new JsonObject());
      schemas.put(message.getName(), schema(message));
    }
    return new JsonObject().put("$ref", SCHEMAS + message.getName());
  }

  /** Every schema referred to, by name. */
  JsonObject all() {
    JsonObject all = new JsonObject();
    schemas.forEach(all::put);
    return all;
  }

  private JsonObject schema(Descriptor message) {
    JsonObject properties = new JsonObject();
    for (FieldDescriptor field : message.getFields()) {
      properties.put(field.getJsonName(), described(property(field), field));
    }
    return described(new JsonObject().put("type", "object").put("properties", properties), message);
  }

  private JsonObject property(FieldDescriptor field) {
    if (field.isMapField()) {
      FieldDescriptor value = field.getMessageType().findFieldByName("value");
      return new JsonObject().put("type", "object").put("additionalProperties", single(value));
    }
    return field.isRepeated()
        ? new JsonObject().put("type", "array").put("items", single(field))
        : single(field);
  }

  private JsonObject single(FieldDescriptor field) {
    return switch (field.getJavaType()) {
      case INT -> new JsonObject().put("type", "integer");
      case LONG -> new JsonObject().put("type", "string").put("format", "int64");
      case FLOAT, DOUBLE ->
          new JsonObject().put("type", new JsonArray().add("number").add("string"));
      case BOOLEAN -> new JsonObject().put("type", "boolean");
      case STRING -> new JsonObject().put("type", "string");
      case BYTE_STRING -> new JsonObject().put("type", "string").put("contentEncoding", "base64");
      case ENUM -> reference(field.getEnumType());
      case MESSAGE -> reference(field.getMessageType());
    };
  }

  private JsonObject reference(EnumDescriptor type) {
    JsonArray values = new JsonArray();
    type.getValues().stream().map(EnumValueDescriptor::getName).forEach(values::add);
    schemas.computeIfAbsent(
        type.getName(),
        name -> described(new JsonObject().put("type", "string").put("enum", values), type));
    return new JsonObject().put("$ref", SCHEMAS + type.getName());
  }

  private JsonObject described(JsonObject schema, GenericDescriptor descriptor) {
    String comment = comments.get(descriptor.getFullName());
    return comment == null ? schema : schema.put("description", comment);
  }

  /** The comment before each message, field and enumeration, by full name. */
  private static Map<String, String> comments() {
    try (InputStream in = ProtoSchemas.class.getResourceAsStream(DESCRIPTORS)) {
      if (in == null) {
        throw new IllegalStateException(DESCRIPTORS + " is not on the class path");
      }
      Map<String, String> comments = new HashMap<>();
      for (FileDescriptorProto file : FileDescriptorSet.parseFrom(in).getFileList()) {
        for (Location location : file.getSourceCodeInfo().getLocationList()) {
          String text = location.getLeadingComments().strip().replaceAll("\\s*\\n\\s*", " ");
          if (!text.isEmpty()) {
            name(file, location.getPathList()).forEach(name -> comments.put(name, text));
          }
        }
      }
      return comments;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * What a path of field numbers and positions leads to: a message (4), its field (2), an enum (5).
   */
  private static List<String> name(FileDescriptorProto file, List<Integer> path) {
    List<String> names = new ArrayList<>();
    String prefix = file.getPackage() + ".";
    if (path.size() == 2 && path.get(0) == 4) {
      names.add(prefix + file.getMessageType(path.get(1)).getName());
    } else if (path.size() == 2 && path.get(0) == 5) {
      names.add(prefix + file.getEnumType(path.get(1)).getName());
    } else if (path.size() == 4 && path.get(0) == 4 && path.get(2) == 2) {
      var message = file.getMessageType(path.get(1));
      names.add(prefix + message.getName() + "." + message.getField(path.get(3)).getName());
    }
    return names;
  }
}
