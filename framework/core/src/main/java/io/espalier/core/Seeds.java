package io.espalier.core;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * Seeds for the parts of a run, all derived from its one seed. Two purposes get independent
 * streams, so that one more draw in one place changes nothing in another.
 */
public final class Seeds {
  private Seeds() {}

  /**
   * The seed of one purpose: the first eight bytes of SHA-256 over the run's seed (big-endian) and
   * the purpose (UTF-8).
   *
   * @param seed the run's seed
   * @param purpose what is drawn, such as {@code init/conv.weight}
   */
  public static long derive(long seed, String purpose) {
    byte[] text = purpose.getBytes(StandardCharsets.UTF_8);
    ByteBuffer message = ByteBuffer.allocate(Long.BYTES + text.length);
    message.putLong(seed).put(text);
    return ByteBuffer.wrap(ContentHash.digest(message.array())).getLong();
  }

  /** A generator for one purpose, the same on every JVM. Not safe for several threads. */
  public static RandomGenerator random(long seed, String purpose) {
    return new SplittableRandom(derive(seed, purpose));
  }
}
