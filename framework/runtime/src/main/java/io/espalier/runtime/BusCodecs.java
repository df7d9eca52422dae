package io.espalier.runtime;

import com.google.protobuf.Message;
import com.google.protobuf.Parser;
import io.espalier.proto.ExtensionAnswer;
import io.espalier.proto.ExtensionCall;
import io.espalier.proto.RunEvent;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.EventBus;
import java.util.LinkedHashMap;
import java.util.Map;

/** Teaches an event bus to carry Espalier's messages. */
public final class BusCodecs {
  private BusCodecs() {}

  /**
   * Registers every codec; to be called once for each {@link Vertx}.
   *
   * @throws IllegalStateException if they are registered already
   */
  public static void register(Vertx vertx) {
    EventBus bus = vertx.eventBus();
    Map<Class<?>, Message> messages = new LinkedHashMap<>();
    for (Operation operation : Operations.ALL) {
      messages.put(operation.request().getClass(), operation.request());
      messages.put(operation.reply().getClass(), operation.reply());
    }
    messages.put(RunEvent.class, RunEvent.getDefaultInstance());
    messages.put(ExtensionCall.class, ExtensionCall.getDefaultInstance());
    messages.put(ExtensionAnswer.class, ExtensionAnswer.getDefaultInstance());
    messages.values().forEach(message -> proto(bus, message));
    local(bus, StageTask.class);
    local(bus, StageResult.Done.class);
    local(bus, StageResult.Failed.class);
  }

  @SuppressWarnings("unchecked")
  private static <M extends Message> void proto(EventBus bus, M message) {
    Class<M> type = (Class<M>) message.getClass();
    Parser<M> parser = (Parser<M>) message.getParserForType();
    bus.registerDefaultCodec(type, new ProtoCodec<>(type, parser));
  }

  private static <T> void local(EventBus bus, Class<T> type) {
    bus.registerDefaultCodec(type, new LocalCodec<>(type));
  }
}
