package io.espalier.runtime;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.MessageCodec;

/** Hands an immutable object over inside this process, by reference: whatever its size, no copy. */
final class LocalCodec<T> implements MessageCodec<T, T> {
  private final Class<T> type;

  LocalCodec(Class<T> type) {
    this.type = type;
  }

  @Override
  public void encodeToWire(Buffer wire, T object) {
    throw leaving();
  }

  @Override
  public T decodeFromWire(int position, Buffer wire) {
    throw leaving();
  }

  private UnsupportedOperationException leaving() {
    return new UnsupportedOperationException(
        "a "
            + name()
            + " holds a model by reference and cannot leave this process:"
            + " give it a worker on this node");
  }

  @Override
  public T transform(T object) {
    return object;
  }

  @Override
  public String name() {
    Class<?> outer = type.getEnclosingClass();
    return "espalier." + (outer == null ? "" : outer.getSimpleName() + ".") + type.getSimpleName();
  }

  @Override
  public byte systemCodecID() {
    return -1;
  }
}
