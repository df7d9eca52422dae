package io.espalier.runtime.gateway;

import io.espalier.api.DataType;
import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.api.Shape;
import io.espalier.api.Tensor;
import io.espalier.core.TensorChunks;
import io.espalier.proto.ExtensionAnswer;
import io.espalier.proto.ExtensionCall;
import io.espalier.proto.ScoreLayer;
import io.espalier.proto.TensorChunk;
import io.espalier.runtime.FailedReplies;
import io.espalier.runtime.answered.Weights;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.Message;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Collections;
import java.util.Iterator;
import java.util.Optional;

/** One question to a client, put together from its messages, and its answer, cut into messages. */
final class ClientCall {
  /** The largest tensor that a client is asked about. */
  static final int MOST_TENSOR_BYTES = 256 << 20;

  /** Of an answer in JSON, besides and for each score. */
  private static final int JSON_BYTES = 64 * 1024;

  private static final int JSON_SCORE_BYTES = 32;

  private final ExtensionCall question;
  private final String client;
  private final TensorChunks.Assembler weights = new TensorChunks.Assembler(MOST_TENSOR_BYTES);
  private Optional<Tensor> whole = Optional.empty();
  private Optional<Message<ExtensionCall>> waiting = Optional.empty();
  private Iterator<TensorChunk> scores = Collections.emptyIterator();
  private long lastMillis = System.currentTimeMillis();

  /**
   * @param first message of the call
   * @param client for people
   */
  ClientCall(ExtensionCall first, String client) {
    ExtensionCall.Builder without = first.toBuilder();
    if (without.hasScoreLayer()) {
      without.getScoreLayerBuilder().clearChunk();
    }
    this.question = without.build();
    this.client = client;
  }

  /** What the client is asked, without weights that do not fit a message. */
  ExtensionCall question() {
    return question;
  }

  /**
   * Takes in a message of the call.
   *
   * @return whether the client is to be asked now
   * @throws EspalierException for a damaged or too large tensor
   */
  boolean takes(Message<ExtensionCall> message) {
    lastMillis = System.currentTimeMillis();
    ExtensionCall body = message.body();
    if (body.hasMoreScores()) {
      if (!scores.hasNext()) {
        throw new EspalierException(FailureCode.PLUGIN, "there are no more scores");
      }
      message.reply(answer().setScoresChunk(scores.next()).build());
      return false;
    }
    if (body.hasScoreLayer() && body.getScoreLayer().hasChunk()) {
      weights.add(body.getScoreLayer().getChunk());
      if (!weights.isComplete()) {
        message.reply(answer().build());
        return false;
      }
      whole = Optional.of(weights.finish());
    }
    waiting = Optional.of(message);
    return true;
  }

  /** Whether the client has yet to answer. */
  boolean waits() {
    return waiting.isPresent();
  }

  /** Whether nothing more is to be sent of it. */
  boolean isOver() {
    return waiting.isEmpty() && !scores.hasNext();
  }

  long millisLeft() {
    return lastMillis + question.getTimeoutMillis() - System.currentTimeMillis();
  }

  private int count() {
    ScoreLayer layer = question.getScoreLayer();
    return whole.map(Tensor::size).orElse(layer.getWeightsCount());
  }

  long mostAnswerBytes() {
    return JSON_BYTES + (long) JSON_SCORE_BYTES * count();
  }

  /** The weights as little-endian floats. */
  Buffer weights() {
    if (whole.isPresent()) {
      ByteBuffer bytes = whole.get().bytes();
      byte[] copy = new byte[bytes.remaining()];
      bytes.get(copy);
      return Buffer.buffer(copy);
    }
    Buffer bytes = Buffer.buffer();
    question.getScoreLayer().getWeightsList().forEach(bytes::appendFloatLE);
    return bytes;
  }

  /** Answers with scores as little-endian floats. */
  void answer(Buffer raw) {
    if (raw.length() % Float.BYTES != 0) {
      throw new EspalierException(
          FailureCode.USAGE, "%d bytes are no whole number of floats".formatted(raw.length()));
    }
    ExtensionAnswer.Builder answer = ExtensionAnswer.newBuilder();
    if (whole.isPresent()) {
      reply(answer, raw);
      return;
    }
    for (int i = 0; i < raw.length(); i += Float.BYTES) {
      answer.addScores(raw.getFloatLE(i));
    }
    answer(answer);
  }

  /** Answers with what the client sent. */
  void answer(ExtensionAnswer.Builder given) {
    if (whole.isPresent() && given.getFailure().isEmpty()) {
      Buffer raw = Buffer.buffer(given.getScoresCount() * Float.BYTES);
      given.getScoresList().forEach(raw::appendFloatLE);
      reply(ExtensionAnswer.newBuilder(), raw);
    } else {
      reply(given.clearScoresChunk());
    }
  }

  private void reply(ExtensionAnswer.Builder answer, Buffer raw) {
    ByteBuffer bytes =
        ByteBuffer.allocateDirect(raw.length()).order(ByteOrder.LITTLE_ENDIAN).put(raw.getBytes());
    Tensor tensor =
        Tensor.of("scores", DataType.FLOAT, Shape.of(raw.length() / Float.BYTES), bytes.flip());
    scores = TensorChunks.split(tensor, Weights.CHUNK_BYTES).iterator();
    reply(answer.setScoresChunk(scores.next()));
  }

  private void reply(ExtensionAnswer.Builder answer) {
    waiting.ifPresent(message -> message.reply(answer.setClient(client).build()));
    waiting = Optional.empty();
  }

  private ExtensionAnswer.Builder answer() {
    return ExtensionAnswer.newBuilder().setClient(client);
  }

  /** Tells whoever waits that no answer comes. */
  void fail(EspalierException failure) {
    waiting.ifPresent(message -> FailedReplies.fail(message, failure));
    waiting = Optional.empty();
  }
}
