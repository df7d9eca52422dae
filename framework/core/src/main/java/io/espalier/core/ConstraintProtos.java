package io.espalier.core;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.espalier.api.Codebook;
import io.espalier.api.Mask;
import io.espalier.api.Shape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.OptionalInt;

/** Masks and codebooks as protobuf messages. */
final class ConstraintProtos {
  /** Up to so many values, an index takes one byte. */
  private static final int ONE_BYTE = 256;

  private ConstraintProtos() {}

  static io.espalier.proto.Mask toProto(Mask mask) {
    return io.espalier.proto.Mask.newBuilder()
        .setTensor(mask.tensor())
        .addAllDims(mask.shape().dims())
        .setBits(UnsafeByteOperations.unsafeWrap(mask.toBytes()))
        .build();
  }

  static Mask fromProto(io.espalier.proto.Mask proto) {
    Shape shape = TensorProtos.shape("mask of", proto.getTensor(), proto.getDimsList());
    return Mask.ofBytes(proto.getTensor(), shape, proto.getBits().asReadOnlyByteBuffer());
  }

  static io.espalier.proto.Codebook toProto(Codebook codebook) {
    var proto =
        io.espalier.proto.Codebook.newBuilder()
            .setTensor(codebook.tensor())
            .addAllDims(codebook.shape().dims())
            .setIndices(pack(codebook.indices(), codebook.count()));
    for (float value : codebook.values()) {
      proto.addValues(value);
    }
    codebook.zero().ifPresent(proto::setZero);
    codebook.channelAxis().ifPresent(proto::setChannelAxis);
    codebook.palette().ifPresent(proto::setPalette);
    return proto.build();
  }

  static Codebook fromProto(io.espalier.proto.Codebook proto) {
    Shape shape = TensorProtos.shape("codebook of", proto.getTensor(), proto.getDimsList());
    float[] values = new float[proto.getValuesCount()];
    for (int i = 0; i < values.length; i++) {
      values[i] = proto.getValues(i);
    }
    char[] indices = unpack(proto, shape, values.length);
    OptionalInt zero = proto.hasZero() ? OptionalInt.of(proto.getZero()) : OptionalInt.empty();
    OptionalInt axis =
        proto.hasChannelAxis() ? OptionalInt.of(proto.getChannelAxis()) : OptionalInt.empty();
    return new Codebook(proto.getTensor(), shape, values, indices, zero, axis)
        .ofPalette(proto.getPalette());
  }

  private static ByteString pack(char[] indices, int count) {
    if (count > ONE_BYTE) {
      ByteBuffer wide = ByteBuffer.allocate(indices.length * 2).order(ByteOrder.LITTLE_ENDIAN);
      wide.asCharBuffer().put(indices);
      return UnsafeByteOperations.unsafeWrap(wide);
    }
    byte[] narrow = new byte[indices.length];
    for (int i = 0; i < narrow.length; i++) {
      narrow[i] = (byte) indices[i];
    }
    return UnsafeByteOperations.unsafeWrap(narrow);
  }

  private static char[] unpack(io.espalier.proto.Codebook proto, Shape shape, int count) {
    ByteString packed = proto.getIndices();
    int width = count > ONE_BYTE ? 2 : 1;
    if (packed.size() % width != 0 || packed.size() / width != shape.size()) {
      throw new Place("codebook of '" + proto.getTensor() + "'")
          .broken(
              "%d elements need %d bytes of indices, there are %d"
                  .formatted(shape.size(), width * shape.size(), packed.size()));
    }
    char[] indices = new char[packed.size() / width];
    if (width == 2) {
      packed.asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN).asCharBuffer().get(indices);
    } else {
      for (int i = 0; i < indices.length; i++) {
        indices[i] = (char) (packed.byteAt(i) & 0xff);
      }
    }
    return indices;
  }
}
