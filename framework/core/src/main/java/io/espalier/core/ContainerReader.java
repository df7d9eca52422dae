package io.espalier.core;

import io.espalier.api.DataType;
import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.api.Graph;
import io.espalier.api.Model;
import io.espalier.api.Shape;
import io.espalier.api.Tensor;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;

/** Reads a model from a compact container, section by section. Used once, by one thread. */
final class ContainerReader {
  /** A block of elements as they are is the largest section but the graph's. */
  private static final int MOST_SECTION = 1 << 28;

  private final InputStream in;
  private final Place place;
  private int sections;

  private record Section(int type, ByteBuffer content) {}

  private ContainerReader(InputStream in, Place place) {
    this.in = in;
    this.place = place;
  }

  /**
   * @throws EspalierException ({@link FailureCode#MODEL}) that names the place and says whether the
   *     container is cut short, damaged, of a newer version or none at all
   */
  static Model read(InputStream in, Place place) throws IOException {
    try {
      return new ContainerReader(in, place).read();
    } catch (EOFException e) {
      throw new EspalierException(
          FailureCode.MODEL, place.text() + ": is cut short; get the whole file", e);
    }
  }

  private Model read() throws IOException {
    byte[] magic = in.readNBytes(Container.MAGIC.length);
    int known = Math.min(magic.length, Container.MAGIC.length);
    if (magic.length == 0 || !Arrays.equals(magic, 0, known, Container.MAGIC, 0, known)) {
      throw place.broken("is no Espalier container");
    }
    int version = byteOf();
    if (version != Container.VERSION) {
      throw place.broken(
          "is of container version %d, this Espalier reads version %d; use a newer Espalier"
              .formatted(version, Container.VERSION));
    }
    io.espalier.proto.Model header = graph(next());
    List<Tensor> tensors = new ArrayList<>();
    for (io.espalier.proto.Tensor tensor : header.getTensorsList()) {
      tensors.add(tensor(tensor));
    }
    end(next());
    Graph graph = place.explain(() -> GraphProtos.fromProto(header.getGraph()));
    Model model = Model.of(graph, tensors);
    place.explain(
        () -> {
          GraphOrder.requireSorted(graph, model.tensors().keySet());
          return model;
        });
    return model;
  }

  private int byteOf() throws IOException {
    int value = in.read();
    if (value < 0) {
      throw new EOFException();
    }
    return value;
  }

  private int length() throws IOException {
    long value = 0;
    for (int shift = 0; shift < 35; shift += 7) {
      int next = byteOf();
      value |= (next & 0x7fL) << shift;
      if ((next & 0x80) == 0) {
        break;
      }
    }
    if (value > MOST_SECTION) {
      throw damaged("has %d bytes, more than any".formatted(value));
    }
    return (int) value;
  }

  private Section next() throws IOException {
    int type = byteOf();
    byte[] content = new byte[0];
    int length = length();
    content = in.readNBytes(length);
    byte[] sum = in.readNBytes(Integer.BYTES);
    if (content.length < length || sum.length < Integer.BYTES) {
      throw new EOFException();
    }
    CRC32C crc = new CRC32C();
    crc.update(type);
    crc.update(content);
    if (Bytes.number(ByteBuffer.wrap(sum), Integer.BYTES) != crc.getValue()) {
      throw damaged("does not match its CRC-32C");
    }
    sections++;
    return new Section(type, ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN));
  }

  private void requireType(Section section, int type, String what) {
    if (section.type != type) {
      throw damaged("is of kind %d where %s is due".formatted(section.type, what));
    }
  }

  private EspalierException damaged(String problem) {
    return place.broken("is damaged: section %d %s".formatted(sections + 1, problem));
  }

  private io.espalier.proto.Model graph(Section section) {
    requireType(section, Container.GRAPH, "the graph");
    Inflater inflater = new Inflater(true);
    try (InputStream inflated =
        new InflaterInputStream(new ByteArrayInputStream(section.content.array()), inflater)) {
      return io.espalier.proto.Model.parseFrom(inflated);
    } catch (IOException e) {
      throw place.broken("is damaged: its graph cannot be read (" + e.getMessage() + ")");
    } finally {
      inflater.end();
    }
  }

  private Tensor tensor(io.espalier.proto.Tensor header) throws IOException {
    Place at = place.in("tensor '" + header.getName() + "'");
    String name = header.getName();
    DataType type = at.explain(() -> TensorProtos.type("tensor", name, header.getDtypeValue()));
    Shape shape = at.explain(() -> TensorProtos.shape("tensor", name, header.getDimsList()));
    int size = at.explain(() -> Tensor.byteSize(name, type, shape));
    int width = Container.width(type);
    int elements = size / width;
    ByteBuffer bytes = ByteBuffer.allocateDirect(size);
    Optional<ChannelPalettes> channels = Optional.empty();
    for (int first = 0; first < elements; first += ElementBlock.MOST) {
      Section section = next();
      if (first == 0 && section.type == Container.PALETTES) {
        channels = Optional.of(palettes(section, shape, width, at));
        section = next();
      }
      requireType(section, Container.BLOCK, "a block of tensor '" + name + "'");
      int count = Math.min(ElementBlock.MOST, elements - first);
      Container.write(block(section, width, channels, count, first, at), bytes, width);
    }
    return Tensor.of(name, type, shape, bytes.flip());
  }

  private static ChannelPalettes palettes(Section section, Shape shape, int width, Place at) {
    if (shape.rank() == 0) {
      throw at.broken("is a scalar and cannot have channels");
    }
    try {
      return at.explain(() -> ChannelPalettes.read(section.content, shape, width));
    } catch (BufferUnderflowException e) {
      throw at.broken("its palettes end early");
    }
  }

  private static int[] block(
      Section section,
      int width,
      Optional<ChannelPalettes> channels,
      int count,
      int first,
      Place at) {
    try {
      return at.explain(
          () -> new ElementBlock(width, channels).decode(section.content, count, first));
    } catch (BufferUnderflowException e) {
      throw at.broken("the block at element %d ends early".formatted(first));
    }
  }

  private void end(Section section) throws IOException {
    requireType(section, Container.END, "the end");
    int before = sections - 1;
    int said = Bytes.varint(section.content, Integer.MAX_VALUE, "number of sections");
    if (said != before) {
      throw place.broken("is damaged: it has %d sections, not %d".formatted(before, said));
    }
    if (in.read() >= 0) {
      throw place.broken("goes on after its end");
    }
  }
}
