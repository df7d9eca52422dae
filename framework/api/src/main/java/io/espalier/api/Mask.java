package io.espalier.api;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Objects;

/**
 * Which elements of a tensor live: one bit each, row-major, packed. An element whose bit is 0 is
 * held at zero.
 */
public final class Mask implements Constraint {
  private final String tensor;
  private final Shape shape;
  private final int size;
  private final long[] words;
  private final int kept;

  private Mask(String tensor, Shape shape, long[] words) {
    this.tensor = tensor;
    this.shape = shape;
    this.size = (int) shape.size();
    this.words = words;
    int count = 0;
    for (long word : words) {
      count += Long.bitCount(word);
    }
    this.kept = count;
  }

  /** A mask that keeps everything. */
  public static Mask all(String tensor, Shape shape) {
    Builder builder = new Builder(tensor, shape);
    Arrays.fill(builder.words, -1L);
    int tail = builder.size % Long.SIZE;
    if (tail != 0) {
      builder.words[builder.words.length - 1] = (1L << tail) - 1;
    }
    return builder.build();
  }

  /** A mask that keeps what is not zero in a float tensor. */
  public static Mask ofNonZero(Tensor tensor) {
    Builder builder = new Builder(tensor.name(), tensor.shape());
    var values = tensor.floats();
    for (int i = 0; i < builder.size; i++) {
      if (values.get(i) != 0) {
        builder.keep(i);
      }
    }
    return builder.build();
  }

  /**
   * A mask from its packed bits, the first element in the lowest bit of the first byte.
   *
   * @throws EspalierException ({@link FailureCode#MODEL}) for a wrong number of bytes or a bit past
   *     the last element
   */
  public static Mask ofBytes(String tensor, Shape shape, ByteBuffer bytes) {
    Builder builder = new Builder(tensor, shape);
    int expected = byteCount(builder.size);
    if (bytes.remaining() != expected) {
      throw new EspalierException(
          FailureCode.MODEL,
          "mask of '%s' (%s) needs %d bytes, has %d"
              .formatted(tensor, shape, expected, bytes.remaining()));
    }
    ByteBuffer padded =
        ByteBuffer.allocate(builder.words.length * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    padded.put(bytes.duplicate()).rewind();
    padded.asLongBuffer().get(builder.words);
    return ofWords(tensor, shape, builder.words);
  }

  /**
   * A mask from its packed bits, the first element in the lowest bit of the first word.
   *
   * @throws EspalierException ({@link FailureCode#MODEL}) for a wrong number of words or a bit past
   *     the last element
   */
  public static Mask ofWords(String tensor, Shape shape, long... words) {
    int size = Tensor.byteSize(tensor, DataType.BOOL, shape);
    int expected = wordCount(size);
    if (words.length != expected) {
      throw new EspalierException(
          FailureCode.MODEL,
          "mask of '%s' (%s) needs %d words, has %d"
              .formatted(tensor, shape, expected, words.length));
    }
    int tail = size % Long.SIZE;
    if (tail != 0 && words[expected - 1] >>> tail != 0) {
      throw new EspalierException(
          FailureCode.MODEL, "mask of '%s' has bits past its last element".formatted(tensor));
    }
    return new Mask(tensor, shape, words.clone());
  }

  @Override
  public String tensor() {
    return tensor;
  }

  @Override
  public Shape shape() {
    return shape;
  }

  /** Whether the element at a row-major position lives. */
  public boolean keeps(int index) {
    Objects.checkIndex(index, size);
    return (words[index / Long.SIZE] >>> (index % Long.SIZE) & 1) != 0;
  }

  /** Number of elements. */
  public int size() {
    return size;
  }

  /** Number of elements that live. */
  public int kept() {
    return kept;
  }

  /** Share of elements held at zero, 0 to 1; 0 for an empty tensor. */
  public double sparsity() {
    return size == 0 ? 0 : (double) (size - kept) / size;
  }

  /** The packed bits; see {@link #ofBytes}. */
  public byte[] toBytes() {
    ByteBuffer padded =
        ByteBuffer.allocate(words.length * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    padded.asLongBuffer().put(words);
    return Arrays.copyOf(padded.array(), byteCount(size));
  }

  private static int wordCount(int size) {
    return (size + Long.SIZE - 1) / Long.SIZE;
  }

  private static int byteCount(int size) {
    return (size + Byte.SIZE - 1) / Byte.SIZE;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Mask that
        && tensor.equals(that.tensor)
        && shape.equals(that.shape)
        && Arrays.equals(words, that.words);
  }

  @Override
  public int hashCode() {
    return 31 * tensor.hashCode() + Arrays.hashCode(words);
  }

  /** For instance {@code mask of dense.weight: keeps 4056 of 20280}. */
  @Override
  public String toString() {
    return "mask of %s: keeps %d of %d".formatted(tensor, kept, size);
  }

  /** Collects the bits of a mask; starts with none kept. Not safe for several threads. */
  public static final class Builder {
    private final String tensor;
    private final Shape shape;
    private final int size;
    private final long[] words;

    public Builder(String tensor, Shape shape) {
      this.tensor = tensor;
      this.shape = shape;
      this.size = Tensor.byteSize(tensor, DataType.BOOL, shape);
      this.words = new long[wordCount(size)];
    }

    public Builder keep(int index) {
      Objects.checkIndex(index, size);
      words[index / Long.SIZE] |= 1L << (index % Long.SIZE);
      return this;
    }

    public Mask build() {
      return new Mask(tensor, shape, words.clone());
    }
  }
}
