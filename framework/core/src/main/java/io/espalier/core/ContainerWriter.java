package io.espalier.core;

import com.google.protobuf.ByteString;
import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.api.Model;
import io.espalier.api.Tensor;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntUnaryOperator;
import java.util.zip.CRC32C;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;

/**
 * Writes a model as a compact container. Blocks are coded on all cores and written in order, no
 * more of them in memory than the cores keep busy: the bytes do not depend on the number of cores.
 */
final class ContainerWriter {
  /** Tensors with fewer different values share one palette well enough. */
  private static final int FEW_VALUES = 256;

  private static final int BLOCKS_PER_CORE = 2;

  /** Elements that as a rule show already that values are not few. */
  private static final int FIRST_LOOK = 1 << 14;

  private final OutputStream out;
  private final Deque<Coding> waiting = new ArrayDeque<>();
  private int sections;

  private ContainerWriter(OutputStream out) {
    this.out = out;
  }

  static void write(Model model, OutputStream out) throws IOException {
    new ContainerWriter(out).write(model);
  }

  private void write(Model model) throws IOException {
    out.write(Container.MAGIC);
    out.write(Container.VERSION);
    section(Container.GRAPH, graph(model));
    int cores = Runtime.getRuntime().availableProcessors();
    ExecutorService pool = Executors.newFixedThreadPool(cores, ContainerWriter::thread);
    try {
      Deque<BlockEncoder> free = encoders(model, cores * BLOCKS_PER_CORE);
      for (Tensor tensor : model.tensors().values()) {
        blocks(tensor, pool, free);
      }
      writeWaiting();
    } finally {
      pool.shutdownNow();
    }
    Bytes end = new Bytes(0);
    end.varint(sections);
    section(Container.END, end);
  }

  private static Deque<BlockEncoder> encoders(Model model, int count) {
    int most = model.tensors().values().stream().mapToInt(Container::elements).max().orElse(0);
    Deque<BlockEncoder> encoders = new ArrayDeque<>();
    for (int i = 0; i < count; i++) {
      encoders.add(new BlockEncoder(Math.min(ElementBlock.MOST, most)));
    }
    return encoders;
  }

  private static Thread thread(Runnable work) {
    Thread thread = new Thread(work, "espalier-encode");
    thread.setDaemon(true);
    return thread;
  }

  private static Bytes graph(Model model) throws IOException {
    var proto = io.espalier.proto.Model.newBuilder().setGraph(GraphProtos.toProto(model.graph()));
    for (Tensor tensor : model.tensors().values()) {
      proto.addTensors(
          io.espalier.proto.Tensor.newBuilder()
              .setName(tensor.name())
              .setDtypeValue(tensor.type().code())
              .addAllDims(tensor.shape().dims())
              .setData(ByteString.EMPTY));
    }
    Bytes deflated = new Bytes(proto.build().getSerializedSize());
    Deflater deflater = new Deflater(Deflater.BEST_COMPRESSION, true);
    try (DeflaterOutputStream stream = new DeflaterOutputStream(deflated, deflater)) {
      proto.build().writeTo(stream);
    } finally {
      deflater.end();
    }
    return deflated;
  }

  private void section(int type, Bytes content) throws IOException {
    Bytes head = new Bytes(8);
    head.write(type);
    head.varint(content.size());
    CRC32C crc = new CRC32C();
    crc.update(type);
    crc.update(content.array(), 0, content.size());
    Bytes tail = new Bytes(4);
    tail.number(crc.getValue(), Integer.BYTES);
    out.write(head.array(), 0, head.size());
    out.write(content.array(), 0, content.size());
    out.write(tail.array(), 0, tail.size());
    sections++;
  }

  /** A block that is being coded. */
  private record Coding(BlockEncoder encoder, Future<Bytes> coded) {}

  private void blocks(Tensor tensor, ExecutorService pool, Deque<BlockEncoder> free)
      throws IOException {
    int width = Container.width(tensor.type());
    Optional<ChannelPalettes> channels = channels(tensor);
    if (channels.isPresent()) {
      free.addAll(writeWaiting());
      Bytes palettes = new Bytes(channels.get().values() * width);
      channels.get().writeTo(palettes, width);
      section(Container.PALETTES, palettes);
    }
    int elements = Container.elements(tensor);
    for (int first = 0; first < elements; first += ElementBlock.MOST) {
      if (free.isEmpty()) {
        free.add(written(waiting.remove()));
      }
      int from = first;
      int count = Math.min(ElementBlock.MOST, elements - first);
      BlockEncoder encoder = free.remove();
      waiting.add(
          new Coding(
              encoder,
              pool.submit(
                  () -> {
                    Container.read(tensor, from, encoder.elements(), count);
                    return encoder.encode(width, channels, count, from);
                  })));
    }
  }

  /** Writes all blocks that are being coded; gives their encoders. */
  private List<BlockEncoder> writeWaiting() throws IOException {
    List<BlockEncoder> encoders = new ArrayList<>();
    while (!waiting.isEmpty()) {
      encoders.add(written(waiting.remove()));
    }
    return encoders;
  }

  private BlockEncoder written(Coding block) throws IOException {
    try {
      section(Container.BLOCK, block.coded.get());
      return block.encoder;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new EspalierException(FailureCode.CANCELLED, "interrupted while encoding", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("a block cannot be coded", e.getCause());
    }
  }

  /** Palettes by channel, where each channel has few values, but not the tensor as a whole. */
  static Optional<ChannelPalettes> channels(Tensor tensor) {
    int width = Container.width(tensor.type());
    if (tensor.shape().rank() < 2 || tensor.size() == 0 || width != tensor.type().bytes()) {
      return Optional.empty();
    }
    IntUnaryOperator elements = Container.elementsOf(tensor);
    if (hasFewValues(elements, tensor.size())) {
      return Optional.empty();
    }
    Optional<ChannelPalettes> best = Optional.empty();
    for (int axis = 0; axis < 2; axis++) {
      Optional<ChannelPalettes> found = ChannelPalettes.of(elements, tensor.shape(), axis);
      if (found.isPresent()
          && (best.isEmpty() || found.get().values() < best.get().values())
          && found.get().values() <= nonZero(elements, tensor.size()) / 4) {
        best = found;
      }
    }
    return best;
  }

  private static boolean hasFewValues(IntUnaryOperator elements, int size) {
    return hasFewValues(elements, Math.min(size, FIRST_LOOK), FIRST_LOOK)
        && hasFewValues(elements, size, ElementBlock.MOST);
  }

  private static boolean hasFewValues(IntUnaryOperator elements, int size, int step) {
    int[] found = new int[Math.min(size, step)];
    for (int from = 0; from < size; from += step) {
      int count = Math.min(step, size - from);
      for (int i = 0; i < count; i++) {
        found[i] = elements.applyAsInt(from + i);
      }
      if (Palette.of(found, count, FEW_VALUES).isEmpty()) {
        return false;
      }
    }
    return true;
  }

  private static int nonZero(IntUnaryOperator elements, int size) {
    int count = 0;
    for (int i = 0; i < size; i++) {
      if (elements.applyAsInt(i) != 0) {
        count++;
      }
    }
    return count;
  }
}
