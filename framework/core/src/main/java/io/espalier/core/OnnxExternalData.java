package io.espalier.core;

import io.espalier.api.EspalierException;
import io.espalier.proto.onnx.StringStringEntryProto;
import io.espalier.proto.onnx.TensorProto;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/**
 * Where a tensor's bytes lie outside the model's file.
 *
 * @param location file, relative to the model's folder
 * @param offset first byte
 * @param length number of bytes, where it is given
 * @param place of the tensor, for messages
 */
record OnnxExternalData(String location, long offset, OptionalLong length, Place place) {
  private static final Pattern ABSOLUTE = Pattern.compile("([/\\\\]|[A-Za-z]:).*", Pattern.DOTALL);

  static OnnxExternalData of(TensorProto proto, Place place) {
    String location = "";
    long offset = 0;
    OptionalLong length = OptionalLong.empty();
    for (StringStringEntryProto entry : proto.getExternalDataList()) {
      switch (entry.getKey()) {
        case "location" -> location = entry.getValue();
        case "offset" -> offset = number(entry, place);
        case "length" -> length = OptionalLong.of(number(entry, place));
        default -> {}
      }
    }
    if (location.isEmpty()) {
      throw place.broken("has external data without a location");
    }
    return new OnnxExternalData(location, offset, length, place);
  }

  private static long number(StringStringEntryProto entry, Place place) {
    try {
      long value = Long.parseLong(entry.getValue());
      if (value >= 0) {
        return value;
      }
    } catch (NumberFormatException e) {
      throw place.broken(
          "external data has %s '%s', not a number".formatted(entry.getKey(), entry.getValue()));
    }
    throw place.broken(
        "external data has %s %s (allowed: 0 or more)".formatted(entry.getKey(), entry.getValue()));
  }

  /**
   * Reads the bytes.
   *
   * @param folder the model's folder
   * @param size bytes that the tensor needs
   */
  ByteBuffer read(Optional<Path> folder, int size) {
    if (folder.isEmpty()) {
      throw place.broken(
          "its data is in another file, '%s', which cannot be reached from here"
              .formatted(location));
    }
    if (length.isPresent() && length.getAsLong() != size) {
      throw place.broken(
          "needs %d bytes, its external data has length %d".formatted(size, length.getAsLong()));
    }
    Path file = file(folder.get());
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      if (offset > channel.size() - size) {
        throw place.broken(
            "needs %d bytes at %d of '%s', which has %d"
                .formatted(size, offset, location, channel.size()));
      }
      return read(channel, size);
    } catch (IOException e) {
      throw EspalierException.cannot("read", file, e);
    }
  }

  private ByteBuffer read(FileChannel channel, int size) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocateDirect(size);
    while (bytes.hasRemaining()) {
      if (channel.read(bytes, offset + bytes.position()) < 0) {
        throw place.broken("'%s' was cut short while it was read".formatted(location));
      }
    }
    return bytes.flip();
  }

  private Path file(Path folder) {
    boolean climbs = Arrays.asList(location.split("[/\\\\]", -1)).contains("..");
    if (climbs || ABSOLUTE.matcher(location).matches()) {
      throw place.broken(
          "its data is at '%s', outside the model's folder, where Espalier does not read"
              .formatted(location));
    }
    try {
      Path file = folder.resolve(location);
      if (!Files.isRegularFile(file)) {
        throw place.broken("its data file '%s' does not exist".formatted(file));
      }
      return file;
    } catch (InvalidPathException e) {
      throw place.broken("its data is at '%s', which is no path".formatted(location));
    }
  }
}
