package io.espalier.runtime.gateway;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import io.espalier.api.ApiLevel;
import io.espalier.proto.ExtensionAnswer;
import io.espalier.proto.ExtensionCall;
import io.espalier.proto.Failure;
import io.espalier.proto.PluginList;
import io.espalier.proto.RunEvent;
import io.espalier.proto.RunRef;
import io.espalier.proto.RunSummary;
import io.espalier.runtime.Addresses;
import io.espalier.runtime.Operation;
import io.espalier.runtime.Operations;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What clients can ask for, as documents that tools read: OpenAPI 3.1 of the HTTP API and AsyncAPI
 * 3.0 of the event bus. Both are made from {@link Operations} and the messages' descriptors.
 */
final class ApiDocuments {
  private static final String OPEN_API = RunApi.BASE + "/openapi.json";
  private static final String ASYNC_API = RunApi.BASE + "/asyncapi.json";
  private static final Pattern PARAMETER = Pattern.compile(":([A-Za-z]+)");

  /** A path that is no operation of the bus. */
  private record Resource(String method, String path, String type, String summary) {
    Resource(String path, String type, String summary) {
      this("GET", path, type, summary);
    }
  }

  private static final List<Resource> RESOURCES =
      List.of(
          new Resource(
              "/api/v1/runs/:run/stream",
              "text/event-stream",
              "The run's events, from `from` on, each once and in order: as Server-Sent Events, or over a WebSocket where the request asks for one."),
          new Resource(
              "/api/v1/runs/:run/files/:file",
              "application/octet-stream",
              "A file of the run's folder: models/NAME.onnx, report.html, report.md, measurements.json, scenario.json, manifest.json or events.jsonl."),
          new Resource(
              UploadApi.PATH,
              "application/json",
              "Whether the server takes models and plugins, how many bytes at most, and the model files that it was sent."),
          new Resource(
              "PUT",
              "/api/v1/models/:file",
              "application/json",
              "Keeps the body as a model file NAME.onnx that scenarios can name, where the server allows it."),
          new Resource(
              "PUT",
              "/api/v1/plugins/:file",
              "application/json",
              "Puts the body, a jar NAME.jar, into the folder of plugins, where the server allows it."),
          new Resource(
              "POST",
              TokenGuard.SESSION,
              "application/json",
              "Trades the token, where the server wants one, for a cookie."),
          new Resource(
              ExtensionClients.PATH,
              "text/event-stream",
              "Registers the client as the one who answers a pruner, scheduler or listener, which scenarios name bus:ID, for as long as it reads. Each event `call` has an ExtensionCall."),
          new Resource(
              ExtensionClients.WEIGHTS,
              "application/octet-stream",
              "The weights that a call is about, as little-endian floats."),
          new Resource(
              "POST",
              ExtensionClients.ANSWER,
              "application/json",
              "Answers a call: an ExtensionAnswer, or scores as little-endian floats (application/octet-stream)."),
          new Resource("/metrics", "text/plain", "Figures for Prometheus."),
          new Resource("/health", "application/json", "Whether the server works."),
          new Resource(OPEN_API, "application/json", "This document."),
          new Resource(ASYNC_API, "application/json", "The AsyncAPI document of the event bus."));

  private ApiDocuments() {}

  static void mount(Router router) {
    serve(router, OPEN_API, openApi());
    serve(router, ASYNC_API, asyncApi());
  }

  private static void serve(Router router, String path, JsonObject document) {
    String text = document.encodePrettily();
    router
        .get(path)
        .handler(
            context ->
                context
                    .response()
                    .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
                    .end(text));
  }

  private static JsonObject info(String title) {
    return new JsonObject().put("title", title).put("version", ApiLevel.CURRENT);
  }

  static JsonObject openApi() {
    ProtoSchemas schemas = new ProtoSchemas();
    JsonObject paths = new JsonObject();
    for (Operation operation : Operations.ALL) {
      put(paths, RunApi.BASE + operation.path(), operation.method(), operation(operation, schemas));
    }
    for (Resource resource : RESOURCES) {
      JsonObject found =
          new JsonObject()
              .put("description", "found")
              .put("content", new JsonObject().put(resource.type, new JsonObject()));
      JsonObject get =
          new JsonObject()
              .put("summary", resource.summary)
              .put("parameters", pathParameters(resource.path))
              .put(
                  "responses",
                  new JsonObject().put(resource.method.equals("POST") ? "204" : "200", found));
      put(paths, resource.path, resource.method, get);
    }
    return new JsonObject()
        .put("openapi", "3.1.0")
        .put("info", info("Espalier"))
        .put("paths", paths)
        .put("components", new JsonObject().put("schemas", schemas.all()));
  }

  private static void put(JsonObject paths, String path, String method, JsonObject operation) {
    String name = PARAMETER.matcher(path).replaceAll("{$1}");
    JsonObject item = paths.getJsonObject(name, new JsonObject());
    paths.put(name, item.put(method.toLowerCase(Locale.ROOT), operation));
  }

  private static JsonArray pathParameters(String path) {
    JsonArray parameters = new JsonArray();
    for (Matcher matcher = PARAMETER.matcher(path); matcher.find(); ) {
      parameters.add(parameter(matcher.group(1), "path", new JsonObject().put("type", "string")));
    }
    return parameters;
  }

  private static JsonObject parameter(String name, String in, JsonObject schema) {
    return new JsonObject()
        .put("name", name)
        .put("in", in)
        .put("required", in.equals("path"))
        .put("schema", schema);
  }

  private static JsonObject operation(Operation operation, ProtoSchemas schemas) {
    JsonArray parameters = pathParameters(operation.path());
    Set<String> inPath =
        PARAMETER
            .matcher(operation.path())
            .results()
            .map(result -> result.group(1))
            .collect(Collectors.toSet());
    JsonObject document =
        new JsonObject()
            .put("operationId", operation.id())
            .put("summary", operation.summary())
            .put("parameters", parameters);
    JsonObject request = schemas.reference(operation.request().getDescriptorForType());
    if (operation.method().equals("POST")) {
      document.put("requestBody", new JsonObject().put("content", json(request)));
    } else {
      JsonObject properties =
          schemas
              .all()
              .getJsonObject(operation.request().getDescriptorForType().getName())
              .getJsonObject("properties");
      for (FieldDescriptor field : operation.request().getDescriptorForType().getFields()) {
        if (!inPath.contains(field.getJsonName())) {
          parameters.add(
              parameter(
                  field.getJsonName(), "query", properties.getJsonObject(field.getJsonName())));
        }
      }
    }
    return document.put(
        "responses",
        new JsonObject()
            .put("200", response("done", operation.reply().getDescriptorForType(), schemas))
            .put("default", response("refused or failed", Failure.getDescriptor(), schemas)));
  }

  private static JsonObject response(String description, Descriptor message, ProtoSchemas schemas) {
    return new JsonObject()
        .put("description", description)
        .put("content", json(schemas.reference(message)));
  }

  private static JsonObject json(JsonObject schema) {
    return new JsonObject().put("application/json", new JsonObject().put("schema", schema));
  }

  static JsonObject asyncApi() {
    ProtoSchemas schemas = new ProtoSchemas();
    JsonObject channels = new JsonObject();
    JsonObject operations = new JsonObject();
    for (Operation operation : Operations.ALL) {
      String id = operation.id();
      channels.put(
          id,
          channel(
              operation.address(),
              operation.summary(),
              operation.request().getDescriptorForType(),
              schemas));
      channels.put(
          id + "Reply",
          channel(null, "The answer to " + id, operation.reply().getDescriptorForType(), schemas));
      JsonObject reply =
          new JsonObject()
              .put("channel", new JsonObject().put("$ref", "#/channels/" + id + "Reply"));
      operations.put(
          id, act("receive", id).put("summary", operation.summary()).put("reply", reply));
    }
    published(
        channels,
        operations,
        schemas,
        "runs",
        Addresses.RUNS,
        "A run as it stands, whenever its state or stage changes.",
        RunSummary.getDescriptor());
    published(
        channels,
        operations,
        schemas,
        "runsDeleted",
        Addresses.RUNS_DELETED,
        "A run that was deleted.",
        RunRef.getDescriptor());
    published(
        channels,
        operations,
        schemas,
        "plugins",
        Addresses.PLUGINS,
        "The plugins, whenever they or their users change.",
        PluginList.getDescriptor());
    published(
        channels,
        operations,
        schemas,
        "event",
        Addresses.event("{run}"),
        "Each event of a run, in order.",
        RunEvent.getDescriptor());
    extensions(channels, operations, schemas);
    scripts(channels, operations);
    return new JsonObject()
        .put("asyncapi", "3.0.0")
        .put(
            "info",
            info("Espalier event bus")
                .put(
                    "description",
                    "Bridges carry the same messages as JSON; there addresses begin with %s in place of %s."
                        .formatted(Addresses.EDGE_PREFIX, Addresses.PREFIX)))
        .put("channels", channels)
        .put("operations", operations)
        .put("components", new JsonObject().put("schemas", schemas.all()));
  }

  private static void published(
      JsonObject channels,
      JsonObject operations,
      ProtoSchemas schemas,
      String id,
      String address,
      String summary,
      Descriptor message) {
    JsonObject channel = channel(address, summary, message, schemas);
    if (address.contains("{run}")) {
      channel.put("parameters", new JsonObject().put("run", new JsonObject()));
    }
    channels.put(id, channel);
    operations.put(id, act("send", id).put("summary", summary));
  }

  /** Questions go out, to whoever answers the extension. */
  private static void extensions(JsonObject channels, JsonObject operations, ProtoSchemas schemas) {
    String summary =
        "A question to an extension that a scenario names bus:ID. Clients of the gateway do not answer here but register at %s."
            .formatted(PARAMETER.matcher(ExtensionClients.PATH).replaceAll("{$1}"));
    JsonObject asked =
        channel(
            Addresses.extension("{kind}", "{id}"), summary, ExtensionCall.getDescriptor(), schemas);
    asked.put(
        "parameters", new JsonObject().put("kind", new JsonObject()).put("id", new JsonObject()));
    channels.put("extension", asked);
    channels.put(
        "extensionReply",
        channel(null, "The answer to extension", ExtensionAnswer.getDescriptor(), schemas));
    JsonObject reply =
        new JsonObject().put("channel", new JsonObject().put("$ref", "#/channels/extensionReply"));
    operations.put(
        "extension", act("send", "extension").put("summary", summary).put("reply", reply));
  }

  /** What scripts tell each other is any object. */
  private static void scripts(JsonObject channels, JsonObject operations) {
    String summary = "What scripts tell each other, to whoever listens; on the edge only.";
    JsonObject note = new JsonObject().put("payload", new JsonObject().put("type", "object"));
    channels.put(
        "script",
        new JsonObject()
            .put("address", Addresses.script("{topic}"))
            .put("summary", summary)
            .put("messages", new JsonObject().put("Note", note))
            .put("parameters", new JsonObject().put("topic", new JsonObject())));
    operations.put("scriptPublish", act("receive", "script").put("summary", summary));
    operations.put("scriptListen", act("send", "script").put("summary", summary));
  }

  private static JsonObject act(String action, String channel) {
    return new JsonObject()
        .put("action", action)
        .put("channel", new JsonObject().put("$ref", "#/channels/" + channel));
  }

  private static JsonObject channel(
      @Nullable String address, String summary, Descriptor message, ProtoSchemas schemas) {
    return new JsonObject()
        .put("address", address)
        .put("summary", summary)
        .put(
            "messages",
            new JsonObject()
                .put(
                    message.getName(),
                    new JsonObject().put("payload", schemas.reference(message))));
  }
}
