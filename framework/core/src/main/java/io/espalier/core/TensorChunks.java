package io.espalier.core;

import com.google.protobuf.ByteString;
import io.espalier.api.DataType;
import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.api.Shape;
import io.espalier.api.Tensor;
import io.espalier.proto.TensorChunk;
import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** Cuts a tensor into messages of bounded size and puts them together again. */
public final class TensorChunks {
  private TensorChunks() {}

  /**
   * The chunks of a tensor in order, each made when it is asked for; at least one, so that an empty
   * tensor arrives too.
   *
   * @param maxBytes the most data in one chunk, at least 1
   */
  public static Iterable<TensorChunk> split(Tensor tensor, int maxBytes) {
    if (maxBytes < 1) {
      throw new IllegalArgumentException("a chunk needs at least one byte: " + maxBytes);
    }
    return () -> new Chunks(tensor, maxBytes);
  }

  private static final class Chunks implements Iterator<TensorChunk> {
    private final Tensor tensor;
    private final ByteBuffer bytes;
    private final int maxBytes;
    private boolean started;

    Chunks(Tensor tensor, int maxBytes) {
      this.tensor = tensor;
      this.bytes = tensor.bytes();
      this.maxBytes = maxBytes;
    }

    @Override
    public boolean hasNext() {
      return !started || bytes.hasRemaining();
    }

    @Override
    public TensorChunk next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      started = true;
      int offset = bytes.position();
      ByteBuffer data = bytes.slice(offset, Math.min(maxBytes, bytes.remaining()));
      bytes.position(offset + data.remaining());
      return TensorChunk.newBuilder()
          .setName(tensor.name())
          .setDtypeValue(tensor.type().code())
          .addAllDims(tensor.shape().dims())
          .setOffset(offset)
          .setCrc32C(crc(data.duplicate()))
          .setData(ByteString.copyFrom(data))
          .build();
    }
  }

  private static int crc(ByteBuffer data) {
    CRC32C crc = new CRC32C();
    crc.update(data);
    return (int) crc.getValue();
  }

  /**
   * Collects the chunks of one tensor. Nothing is allocated before the first chunk, and never more
   * than the tensor's bytes. Not safe for several threads.
   */
  public static final class Assembler {
    private final int maxBytes;
    private @Nullable TensorChunk first;
    private ByteBuffer bytes = ByteBuffer.allocateDirect(0);

    /** Takes tensors of any size. */
    public Assembler() {
      this(Integer.MAX_VALUE);
    }

    /**
     * @param maxBytes the largest tensor that is taken
     */
    public Assembler(int maxBytes) {
      this.maxBytes = maxBytes;
    }

    /**
     * Adds the next chunk.
     *
     * @throws EspalierException ({@link FailureCode#MODEL}) for a chunk that is damaged, of another
     *     tensor, out of order, past the tensor's end, or of a tensor that is too large
     */
    public void add(TensorChunk chunk) {
      Place place = new Place("chunk of tensor '" + chunk.getName() + "' at " + chunk.getOffset());
      if (first == null) {
        bytes = ByteBuffer.allocateDirect(size(chunk));
        first = chunk.toBuilder().clearData().build();
      } else if (!sameHeader(first, chunk)) {
        throw place.broken("tensor '%s' is not complete yet".formatted(first.getName()));
      }
      ByteString data = chunk.getData();
      if (chunk.getOffset() != bytes.position()) {
        throw place.broken("the next one has to be at " + bytes.position());
      }
      if (data.size() > bytes.remaining()) {
        throw place.broken(
            "has %d bytes, the tensor ends after %d".formatted(data.size(), bytes.remaining()));
      }
      if (crc(data.asReadOnlyByteBuffer()) != chunk.getCrc32C()) {
        throw place.broken("damaged on its way (CRC-32C does not match)");
      }
      data.copyTo(bytes);
    }

    /** Whether all bytes of a tensor have come. */
    public boolean isComplete() {
      return first != null && !bytes.hasRemaining();
    }

    /**
     * The tensor.
     *
     * @throws EspalierException ({@link FailureCode#MODEL}) if chunks are missing
     */
    public Tensor finish() {
      if (first == null) {
        throw new Place("tensor").broken("no chunk of it has come");
      }
      if (bytes.hasRemaining()) {
        throw new Place("tensor '" + first.getName() + "'")
            .broken("%d of %d bytes have not come".formatted(bytes.remaining(), bytes.capacity()));
      }
      return Tensor.of(first.getName(), type(first), shape(first), bytes.duplicate().flip());
    }

    private int size(TensorChunk chunk) {
      int size = Tensor.byteSize(chunk.getName(), type(chunk), shape(chunk));
      if (size > maxBytes) {
        throw new Place("tensor '" + chunk.getName() + "'")
            .broken("has %d bytes (allowed: up to %d)".formatted(size, maxBytes));
      }
      return size;
    }

    private static DataType type(TensorChunk chunk) {
      return TensorProtos.type("tensor", chunk.getName(), chunk.getDtypeValue());
    }

    private static Shape shape(TensorChunk chunk) {
      return TensorProtos.shape("tensor", chunk.getName(), chunk.getDimsList());
    }

    private static boolean sameHeader(TensorChunk a, TensorChunk b) {
      return a.getName().equals(b.getName())
          && a.getDtypeValue() == b.getDtypeValue()
          && a.getDimsList().equals(b.getDimsList());
    }
  }
}
