package io.espalier.runtime.gateway;

import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.proto.ExtensionAnswer;
import io.espalier.proto.ExtensionCall;
import io.espalier.runtime.Addresses;
import io.espalier.runtime.FailedReplies;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A program outside that answers one extension. It gets questions as Server-Sent Events and sends
 * each answer by a request that names the call. Bounded: calls at a time, bytes of a tensor and of
 * an answer, and how long a call is kept.
 */
final class ExtensionClient {
  /** Questions that wait at a time. */
  static final int MOST_CALLS = 4;

  private static final long HEARTBEAT_MILLIS = 15_000;
  private static final int TOO_LARGE = 413;
  private static final int NO_CONTENT = 204;

  private final Vertx vertx;
  private final HttpServerResponse stream;
  private final String kind;
  private final String id;
  private final String name;
  private final Runnable onEnd;
  private final Map<String, ClientCall> calls = new HashMap<>();
  private boolean ended;

  ExtensionClient(
      Vertx vertx, HttpServerResponse stream, String kind, String id, String name, Runnable onEnd) {
    this.vertx = vertx;
    this.stream = stream;
    this.kind = kind;
    this.id = id;
    this.name = name;
    this.onEnd = onEnd;
  }

  /** For people. */
  String name() {
    return name;
  }

  /** Registers the client for as long as it reads. */
  void start() {
    MessageConsumer<ExtensionCall> consumer =
        vertx.eventBus().consumer(Addresses.extension(kind, id), this::asked);
    long heartbeat = vertx.setPeriodic(HEARTBEAT_MILLIS, tick -> stream.write(":\n\n"));
    stream
        .setChunked(true)
        .putHeader(HttpHeaders.CONTENT_TYPE, "text/event-stream")
        .putHeader("X-Accel-Buffering", "no");
    stream.exceptionHandler(broken -> {});
    stream.closeHandler(gone -> end(consumer, heartbeat));
    stream.endHandler(gone -> end(consumer, heartbeat));
    consumer
        .completion()
        .onSuccess(done -> stream.write("event: registered\ndata: {}\n\n"))
        .onFailure(failure -> stream.end());
  }

  private void end(MessageConsumer<ExtensionCall> consumer, long heartbeat) {
    if (ended) {
      return;
    }
    ended = true;
    vertx.cancelTimer(heartbeat);
    consumer.unregister();
    onEnd.run();
    EspalierException gone =
        new EspalierException(
            FailureCode.PLUGIN, "client %s went away before it answered".formatted(name));
    List.copyOf(calls.values()).forEach(call -> call.fail(gone));
    calls.clear();
  }

  private void asked(Message<ExtensionCall> message) {
    ExtensionCall question = message.body();
    try {
      ClientCall call = calls.get(question.getCall());
      if (call == null) {
        call = begin(question);
      }
      if (call.takes(message)) {
        stream.write("event: call\ndata: " + ProtoJson.print(call.question()) + "\n\n");
      }
    } catch (EspalierException e) {
      calls.remove(question.getCall());
      FailedReplies.fail(message, e);
    }
  }

  private ClientCall begin(ExtensionCall question) {
    if (calls.size() >= MOST_CALLS) {
      throw new EspalierException(
          FailureCode.PLUGIN,
          "client %s has %d questions to answer already".formatted(name, MOST_CALLS));
    }
    ClientCall call = new ClientCall(question, name);
    calls.put(question.getCall(), call);
    vertx.setTimer(
        Math.max(1, question.getTimeoutMillis()), over -> expire(question.getCall(), call));
    return call;
  }

  /** A call is kept as long as its last message is waited for. */
  private void expire(String key, ClientCall call) {
    long left = call.millisLeft();
    if (left > 0 && calls.get(key) == call) {
      vertx.setTimer(left, over -> expire(key, call));
    } else {
      calls.remove(key, call);
    }
  }

  private ClientCall call(String key) {
    ClientCall call = calls.get(key);
    if (call == null || !call.waits()) {
      throw new EspalierException(
          FailureCode.NOT_FOUND,
          "no call '%s' waits: it was answered, or its time is over".formatted(key));
    }
    return call;
  }

  /** Answers a request for the weights of a question. */
  void sendWeights(String key, RoutingContext context) {
    context
        .response()
        .putHeader(HttpHeaders.CONTENT_TYPE, "application/octet-stream")
        .end(call(key).weights());
  }

  /** Takes an answer: JSON, or little-endian floats as scores. */
  void takeAnswer(String key, RoutingContext context) {
    HttpServerRequest request = context.request();
    ClientCall call = call(key);
    long most = call.mostAnswerBytes();
    Buffer body = Buffer.buffer();
    request.handler(
        bytes -> {
          body.appendBuffer(bytes);
          if (body.length() > most) {
            request.handler(more -> {});
            request.endHandler(end -> {});
            FailureResponses.send(
                context,
                TOO_LARGE,
                new EspalierException(
                    FailureCode.USAGE,
                    "an answer to this call has at most %d bytes".formatted(most)));
          }
        });
    request.endHandler(
        end -> {
          try {
            String type = String.valueOf(request.getHeader(HttpHeaders.CONTENT_TYPE));
            answer(key, call, type.startsWith("application/octet-stream"), body);
            context.response().setStatusCode(NO_CONTENT).end();
          } catch (EspalierException e) {
            FailureResponses.send(context, e);
          }
        });
  }

  private void answer(String key, ClientCall call, boolean raw, Buffer body) {
    if (raw) {
      call.answer(body);
    } else {
      call.answer(ProtoJson.parse(body.toString(), ExtensionAnswer.newBuilder()));
    }
    if (call.isOver()) {
      calls.remove(key);
    }
  }
}
