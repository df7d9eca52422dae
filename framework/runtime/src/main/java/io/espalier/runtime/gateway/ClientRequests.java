package io.espalier.runtime.gateway;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.proto.ReadEvents;
import io.espalier.proto.SubmitRun;
import io.espalier.runtime.Operation;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Requests as clients send them, made into messages for the bus: the fields come from a JSON body,
 * from the path and from the query, and what a client may ask is bounded.
 */
final class ClientRequests {
  /** The most events of one answer. */
  static final int MOST_EVENTS = 5000;

  /** Events of an answer unless asked otherwise. */
  static final int DEFAULT_EVENTS = 1000;

  /** Short names in queries, for fields of messages. */
  private static final Map<String, String> SHORT = Map.of("from", "fromSeq");

  private ClientRequests() {}

  /**
   * The message of a JSON body, bounded.
   *
   * @throws EspalierException ({@link FailureCode#USAGE}) if it is another message's or no JSON
   */
  static Message parse(Operation operation, String json) {
    return bounded(ProtoJson.parse(json, operation.request().newBuilderForType()).build());
  }

  /**
   * The message of an HTTP request.
   *
   * @param body JSON text or nothing
   * @param parameters of path and query
   * @throws EspalierException ({@link FailureCode#USAGE}) that names the parameter
   */
  static Message parse(
      Operation operation, String body, Iterable<Map.Entry<String, String>> parameters) {
    Message.Builder request = operation.request().newBuilderForType();
    if (!body.isBlank()) {
      ProtoJson.parse(body, request);
    }
    for (Map.Entry<String, String> parameter : parameters) {
      set(request, parameter.getKey(), parameter.getValue());
    }
    return bounded(request.build());
  }

  private static void set(Message.Builder request, String name, String value) {
    FieldDescriptor field = field(request, SHORT.getOrDefault(name, name));
    if (field == null) {
      throw new EspalierException(
          FailureCode.USAGE,
          "there is no parameter '%s' (there: %s)".formatted(name, names(request)));
    }
    JsonObject one =
        new JsonObject()
            .put(field.getJsonName(), field.isRepeated() ? new JsonArray().add(value) : value);
    try {
      ProtoJson.parse(one.encode(), request);
    } catch (EspalierException e) {
      throw new EspalierException(
          FailureCode.USAGE, "%s=%s is no %s".formatted(name, value, kind(field)), e);
    }
  }

  private static @Nullable FieldDescriptor field(Message.Builder request, String name) {
    return request.getDescriptorForType().getFields().stream()
        .filter(field -> field.getJsonName().equals(name))
        .findFirst()
        .orElse(null);
  }

  private static List<String> names(Message.Builder request) {
    return request.getDescriptorForType().getFields().stream()
        .map(FieldDescriptor::getJsonName)
        .toList();
  }

  private static String kind(FieldDescriptor field) {
    return switch (field.getJavaType()) {
      case INT, LONG -> "whole number" + (field.getType().name().startsWith("U") ? " from 0" : "");
      case FLOAT, DOUBLE -> "number";
      case BOOLEAN -> "true or false";
      case ENUM -> "value of " + field.getEnumType().getName();
      case STRING -> "text";
      case BYTE_STRING, MESSAGE -> field.getType().name();
    };
  }

  private static Message bounded(Message request) {
    if (request instanceof ReadEvents events) {
      int limit = events.getLimit();
      return events.toBuilder()
          .setLimit(limit > 0 ? Math.min(limit, MOST_EVENTS) : DEFAULT_EVENTS)
          .build();
    }
    return request instanceof SubmitRun submit
        ? submit.toBuilder().setFromClient(true).build()
        : request;
  }
}
