package io.espalier.plugins.idxdata;

import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Objects;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * An idx file in memory: images (three axes: image, row, column) or labels (one axis), one unsigned
 * byte per element. Files are read compressed or not; which, their first bytes say. Immutable.
 */
final class IdxArray {
  /** Axes of a file of images. */
  static final int IMAGES = 3;

  /** Axes of a file of labels. */
  static final int LABELS = 1;

  /** The most bytes that are read: no header makes this process take more. */
  static final int MAX_BYTES = 64 << 20;

  private static final int UNSIGNED_BYTE = 0x08;
  private static final int BUFFER = 1 << 16;

  private final String source;
  private final byte[] bytes;
  private final int[] dims;

  private IdxArray(String source, byte[] bytes, int[] dims) {
    this.source = source;
    this.bytes = bytes;
    this.dims = dims;
  }

  /**
   * Reads a file.
   *
   * @param axes {@link #IMAGES} or {@link #LABELS}
   * @throws EspalierException ({@link FailureCode#DATA}) if it is not what an idx file of so many
   *     axes must be; ({@link FailureCode#IO}) if it cannot be read
   */
  static IdxArray read(Path file, int axes) {
    try (InputStream in = Files.newInputStream(file)) {
      return read(file.toString(), in, axes);
    } catch (IOException e) {
      throw EspalierException.cannot("read", file, e);
    }
  }

  /**
   * Reads a stream to its end.
   *
   * @param source what the stream is, for messages
   */
  static IdxArray read(String source, InputStream in, int axes) throws IOException {
    try {
      return parse(source, plain(in), axes);
    } catch (EOFException e) {
      throw broken(source, "is cut off: its gzip data ends too early; get it anew", e);
    } catch (ZipException e) {
      throw broken(
          source, "is damaged: its gzip data is broken (" + e.getMessage() + "); get it anew", e);
    }
  }

  private static InputStream plain(InputStream in) throws IOException {
    BufferedInputStream buffered = new BufferedInputStream(in, BUFFER);
    buffered.mark(2);
    byte[] start = buffered.readNBytes(2);
    buffered.reset();
    boolean gzip = start.length == 2 && start[0] == 0x1f && start[1] == (byte) 0x8b;
    return gzip ? new GZIPInputStream(buffered, BUFFER) : buffered;
  }

  private static IdxArray parse(String source, InputStream in, int axes) throws IOException {
    int headerBytes = Integer.BYTES * (1 + axes);
    byte[] header = in.readNBytes(headerBytes);
    if (header.length >= Integer.BYTES) {
      requireMagic(source, ByteBuffer.wrap(header).getInt(), axes);
    }
    if (header.length < headerBytes) {
      throw broken(
          source,
          "is cut off: an idx header of %s has %d bytes, the file has %d"
              .formatted(kind(axes), headerBytes, header.length));
    }
    int[] dims = dims(source, ByteBuffer.wrap(header, Integer.BYTES, Integer.BYTES * axes), axes);
    int elements = Arrays.stream(dims).reduce(1, Math::multiplyExact);
    byte[] bytes = Arrays.copyOf(header, headerBytes + elements);
    int found = in.readNBytes(bytes, headerBytes, elements);
    if (found < elements) {
      throw broken(
          source,
          "is cut off: its header promises %d bytes after it, there are %d"
              .formatted(elements, found));
    }
    if (in.read() >= 0) {
      throw broken(
          source,
          "is too long: more follows the %d bytes that its header promises".formatted(elements));
    }
    return new IdxArray(source, bytes, dims);
  }

  private static void requireMagic(String source, int found, int axes) {
    int expected = UNSIGNED_BYTE << 8 | axes;
    if (found != expected) {
      throw broken(
          source,
          "is no idx file of %s: expected magic number 0x%08x, found 0x%08x%s"
              .formatted(kind(axes), expected, found, hint(found)));
    }
  }

  private static String hint(int magic) {
    return switch (magic) {
      case UNSIGNED_BYTE << 8 | IMAGES -> " (that of images)";
      case UNSIGNED_BYTE << 8 | LABELS -> " (that of labels)";
      default -> "";
    };
  }

  private static int[] dims(String source, ByteBuffer header, int axes) {
    int[] dims = new int[axes];
    long elements = 1;
    for (int i = 0; i < axes; i++) {
      long dim = Integer.toUnsignedLong(header.getInt());
      if (dim == 0) {
        throw broken(source, "holds nothing: axis " + i + " of its header is 0");
      }
      elements *= dim;
      if (elements > MAX_BYTES) {
        throw broken(
            source,
            "is too large: axes 0 to %d of its header ask for %s elements, %d are allowed"
                .formatted(i, Long.toUnsignedString(elements), MAX_BYTES));
      }
      dims[i] = (int) dim;
    }
    return dims;
  }

  private static String kind(int axes) {
    return axes == IMAGES ? "images" : "labels";
  }

  /** What it was read from. */
  String source() {
    return source;
  }

  /** Extent of the first axis: how many images or labels. */
  int count() {
    return dims[0];
  }

  /** Extent of an axis. */
  int dim(int axis) {
    return dims[axis];
  }

  /** Elements of one image; 1 for labels. */
  int stride() {
    return dims.length == IMAGES ? dims[1] * dims[2] : 1;
  }

  /**
   * The element {@code at} of image or label {@code index}, 0 to 255.
   *
   * @throws IndexOutOfBoundsException for an index that is not there
   */
  int value(int index, int at) {
    return bytes[start(index) + at] & 0xff;
  }

  /**
   * Writes an image through a table of 256 values.
   *
   * @throws IndexOutOfBoundsException for an index that is not there
   */
  void read(int index, float[] table, float[] into, int offset) {
    int start = start(index);
    int stride = stride();
    for (int i = 0; i < stride; i++) {
      into[offset + i] = table[bytes[start + i] & 0xff];
    }
  }

  private int start(int index) {
    return Integer.BYTES * (1 + dims.length) + Objects.checkIndex(index, dims[0]) * stride();
  }

  /** Adds all bytes of the decompressed file to a digest. */
  void digest(MessageDigest digest) {
    digest.update(bytes);
  }

  /**
   * The same labels, of which each is a class.
   *
   * @throws EspalierException ({@link FailureCode#DATA}) for a label of {@code classes} or more
   */
  IdxArray labelsBelow(int classes) {
    for (int i = 0; i < count(); i++) {
      if (value(i, 0) >= classes) {
        throw broken(
            source,
            "has label %d at index %d (allowed: 0 to %d)".formatted(value(i, 0), i, classes - 1));
      }
    }
    return this;
  }

  /**
   * The same images, of which each has a label.
   *
   * @throws EspalierException ({@link FailureCode#DATA}) for another number of labels
   */
  IdxArray labelledBy(IdxArray labels) {
    if (count() != labels.count()) {
      throw broken(
          labels.source,
          "has %d labels, but %s has %d images".formatted(labels.count(), source, count()));
    }
    return this;
  }

  private static EspalierException broken(String source, String problem) {
    return new EspalierException(FailureCode.DATA, source + " " + problem);
  }

  private static EspalierException broken(String source, String problem, IOException cause) {
    return new EspalierException(FailureCode.DATA, source + " " + problem, cause);
  }
}
