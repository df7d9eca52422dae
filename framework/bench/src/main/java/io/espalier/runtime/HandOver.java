package io.espalier.runtime;

import com.google.protobuf.InvalidProtocolBufferException;
import io.espalier.api.DataType;
import io.espalier.api.Graph;
import io.espalier.api.Model;
import io.espalier.api.Shape;
import io.espalier.api.Tensor;
import io.espalier.bench.Comparison;
import io.espalier.bench.Quantity;
import io.espalier.core.ModelProtos;
import io.espalier.runtime.scenario.StageKind;
import io.vertx.core.Vertx;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;

/**
 * A 400 MB model goes from stage to stage over the bus. The peer is what a bus does without
 * Espalier's codec: the model as a protobuf message, written and parsed again.
 */
public final class HandOver {
  private static final int MEGABYTES = 400;
  private static final int ROUNDS = 5;
  private static final int MESSAGES = 5_000;

  private HandOver() {}

  /** Microseconds from a stage to a worker and back, by reference and by bytes. */
  public static Comparison compare() {
    Vertx vertx = Vertx.vertx();
    BusCodecs.register(vertx);
    Model model = large();
    String address = Addresses.stage(StageKind.EVALUATE);
    vertx.eventBus().<StageResult.Done>consumer(address, message -> message.reply(message.body()));
    try {
      return Comparison.measure(
          "hand-over",
          Quantity.COST,
          "us",
          ROUNDS,
          () -> byReference(vertx, address, model),
          () -> byBytes(model));
    } finally {
      vertx.close().await();
    }
  }

  private static Model large() {
    Shape shape = Shape.of(MEGABYTES, 1 << 18);
    int bytes = Tensor.byteSize("weight", DataType.FLOAT, shape);
    return Model.of(
        new Graph("large", List.of(), List.of(), List.of(), Map.of()),
        List.of(Tensor.of("weight", DataType.FLOAT, shape, ByteBuffer.allocateDirect(bytes))));
  }

  private static double byReference(Vertx vertx, String address, Model model) {
    StageResult.Done sent = new StageResult.Done(model);
    long start = System.nanoTime();
    for (int i = 0; i < MESSAGES; i++) {
      var reply = vertx.eventBus().<StageResult.Done>request(address, sent).await();
      if (reply.body().model() != model) {
        throw new IllegalStateException("the model was copied");
      }
    }
    return (System.nanoTime() - start) / 1e3 / MESSAGES;
  }

  private static double byBytes(Model model) {
    long start = System.nanoTime();
    byte[] wire = ModelProtos.toProto(model).toByteArray();
    try {
      Model received = ModelProtos.fromProto(io.espalier.proto.Model.parseFrom(wire));
      if (received.tensors().size() != model.tensors().size()) {
        throw new IllegalStateException("the model was damaged");
      }
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException(e);
    }
    return (System.nanoTime() - start) / 1e3;
  }
}
