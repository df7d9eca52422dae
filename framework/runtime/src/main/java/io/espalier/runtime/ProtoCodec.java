package io.espalier.runtime;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.MessageCodec;

/**
 * Carries a protobuf message over the bus. In this process the immutable message itself is handed
 * over; on the wire stand its length, four bytes, and its bytes.
 */
final class ProtoCodec<M extends MessageLite> implements MessageCodec<M, M> {
  private final Class<M> type;
  private final Parser<M> parser;

  ProtoCodec(Class<M> type, Parser<M> parser) {
    this.type = type;
    this.parser = parser;
  }

  @Override
  public void encodeToWire(Buffer wire, M message) {
    byte[] bytes = message.toByteArray();
    wire.appendInt(bytes.length).appendBytes(bytes);
  }

  @Override
  public M decodeFromWire(int position, Buffer wire) {
    int length = wire.getInt(position);
    int start = position + Integer.BYTES;
    try {
      return parser.parseFrom(wire.getBytes(start, start + length));
    } catch (InvalidProtocolBufferException e) {
      throw new EspalierException(
          FailureCode.NETWORK,
          "another node sent a broken %s: %s".formatted(type.getSimpleName(), e.getMessage()),
          e);
    }
  }

  @Override
  public M transform(M message) {
    return message;
  }

  @Override
  public String name() {
    return "espalier." + type.getSimpleName();
  }

  @Override
  public byte systemCodecID() {
    return -1;
  }
}
