package io.espalier.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.api.Model;
import io.espalier.proto.RunEvent;
import io.espalier.proto.RunRef;
import io.espalier.runtime.fake.FakeModels;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.junit5.VertxExtension;
import io.vertx.junit5.VertxTestContext;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(VertxExtension.class)
class BusCodecsTest {
  private static final int BULK = 400_000_000;

  @BeforeEach
  void register(Vertx vertx) {
    BusCodecs.register(vertx);
  }

  @Test
  void messagesPassByReferenceInOneProcess(Vertx vertx, VertxTestContext test) {
    RunEvent event = RunEvent.newBuilder().setRun("r1").setSeq(7).build();
    vertx
        .eventBus()
        .<RunEvent>consumer(
            "events",
            message ->
                test.verify(
                    () -> {
                      assertThat(message.body()).isSameAs(event);
                      test.completeNow();
                    }));
    vertx.eventBus().publish("events", event);
  }

  @Test
  void modelsOfAnySizePassBetweenStagesWithoutACopy(Vertx vertx, VertxTestContext test) {
    Model model = FakeModels.ofBytes(BULK);
    vertx.eventBus().<StageResult>consumer("stage", message -> message.reply(message.body()));
    long began = System.nanoTime();
    vertx
        .eventBus()
        .<StageResult.Done>request("stage", new StageResult.Done(model))
        .onComplete(
            test.succeeding(
                reply ->
                    test.verify(
                        () -> {
                          assertThat(reply.body().model()).isSameAs(model);
                          assertThat(System.nanoTime() - began).isLessThan(BULK / 2);
                          test.completeNow();
                        })));
  }

  @Test
  void stageHandOverRefusesTheWire() {
    var codec = new LocalCodec<>(StageResult.Done.class);
    var done = new StageResult.Done(FakeModels.twoLayers());
    assertThatThrownBy(() -> codec.encodeToWire(Buffer.buffer(), done))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageContaining("StageResult.Done")
        .hasMessageContaining("cannot leave this process");
  }

  @Test
  void wireFormIsTheBytesOfTheMessage() {
    var codec = new ProtoCodec<>(RunRef.class, RunRef.parser());
    RunRef ref = RunRef.newBuilder().setRun("r1").build();
    Buffer wire = Buffer.buffer().appendString("before");
    codec.encodeToWire(wire, ref);

    assertThat(wire.getBytes(10, wire.length())).isEqualTo(ref.toByteArray());
    assertThat(codec.decodeFromWire(6, wire)).isEqualTo(ref);
  }

  @Test
  void brokenWireFormIsATypedFailure() {
    var codec = new ProtoCodec<>(RunRef.class, RunRef.parser());
    Buffer wire = Buffer.buffer().appendInt(2).appendBytes(new byte[] {(byte) 0xFF, (byte) 0xFF});
    assertThatThrownBy(() -> codec.decodeFromWire(0, wire))
        .isInstanceOfSatisfying(
            EspalierException.class, e -> assertThat(e.code()).isEqualTo(FailureCode.NETWORK))
        .hasMessageContaining("RunRef");
  }

  @Test
  void failuresComeBackTyped(Vertx vertx, VertxTestContext test) {
    vertx
        .eventBus()
        .<RunRef>consumer(
            "ask",
            message ->
                FailedReplies.fail(
                    message, new EspalierException(FailureCode.NOT_FOUND, "no run 'r1'")));
    vertx
        .eventBus()
        .request("ask", RunRef.getDefaultInstance())
        .onComplete(
            test.failing(
                failure ->
                    test.verify(
                        () -> {
                          EspalierException typed = FailedReplies.typed(failure);
                          assertThat(typed.code()).isEqualTo(FailureCode.NOT_FOUND);
                          assertThat(typed).hasMessage("no run 'r1'");
                          test.completeNow();
                        })));
  }

  @Test
  void nobodyAnsweringIsANetworkFailure(Vertx vertx, VertxTestContext test) {
    vertx
        .eventBus()
        .request("nobody", RunRef.getDefaultInstance())
        .onComplete(
            test.failing(
                failure ->
                    test.verify(
                        () -> {
                          assertThat(FailedReplies.typed(failure).code())
                              .isEqualTo(FailureCode.NETWORK);
                          test.completeNow();
                        })));
  }
}
