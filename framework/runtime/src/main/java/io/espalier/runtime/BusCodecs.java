package io.espalier.runtime;

import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import io.espalier.proto.EventBatch;
import io.espalier.proto.PluginList;
import io.espalier.proto.ReadEvents;
import io.espalier.proto.RunEvent;
import io.espalier.proto.RunList;
import io.espalier.proto.RunRef;
import io.espalier.proto.RunSummary;
import io.espalier.proto.SubmitRun;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.EventBus;

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
    proto(bus, SubmitRun.class, SubmitRun.parser());
    proto(bus, RunRef.class, RunRef.parser());
    proto(bus, RunSummary.class, RunSummary.parser());
    proto(bus, RunList.class, RunList.parser());
    proto(bus, ReadEvents.class, ReadEvents.parser());
    proto(bus, EventBatch.class, EventBatch.parser());
    proto(bus, RunEvent.class, RunEvent.parser());
    proto(bus, PluginList.class, PluginList.parser());
    local(bus, StageTask.class);
    local(bus, StageResult.Done.class);
    local(bus, StageResult.Failed.class);
  }

  private static <M extends MessageLite> void proto(EventBus bus, Class<M> type, Parser<M> parser) {
    bus.registerDefaultCodec(type, new ProtoCodec<>(type, parser));
  }

  private static <T> void local(EventBus bus, Class<T> type) {
    bus.registerDefaultCodec(type, new LocalCodec<>(type));
  }
}
