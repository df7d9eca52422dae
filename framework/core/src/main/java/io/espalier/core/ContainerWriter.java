package io.espalier.core;

import com.google.protobuf.ByteString;
import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.api.Model;
import io.espalier.api.Tensor;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayDeque;
import java.util.Deque;
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

  private final OutputStream out;
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
      for (Tensor tensor : model.tensors().values()) {
        blocks(tensor, pool, cores * BLOCKS_PER_CORE);
      }
    } finally {
      pool.shutdownNow();
    }
    Bytes end = new Bytes(0);
    end.varint(sections);
    section(Container.END, end.toArray());
  }

  private static Thread thread(Runnable work) {
    Thread thread = new Thread(work, "espalier-encode");
    thread.setDaemon(true);
    return thread;
  }

  private static byte[] graph(Model model) throws IOException {
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
    return deflated.toArray();
  }

  private void section(int type, byte[] content) throws IOException {
    Bytes head = new Bytes(8);
    head.write(type);
    head.varint(content.length);
    CRC32C crc = new CRC32C();
    crc.update(type);
    crc.update(content);
    Bytes tail = new Bytes(4);
    tail.number(crc.getValue(), Integer.BYTES);
    out.write(head.toArray());
    out.write(content);
    out.write(tail.toArray());
    sections++;
  }

  private void blocks(Tensor tensor, ExecutorService pool, int ahead) throws IOException {
    int width = Container.width(tensor.type());
    Optional<ChannelPalettes> channels = channels(tensor);
    if (channels.isPresent()) {
      Bytes palettes = new Bytes(channels.get().values() * width);
      channels.get().writeTo(palettes, width);
      section(Container.PALETTES, palettes.toArray());
    }
    int elements = Container.elements(tensor);
    Deque<Future<byte[]>> waiting = new ArrayDeque<>();
    for (int first = 0; first < elements; first += ElementBlock.MOST) {
      int from = first;
      int count = Math.min(ElementBlock.MOST, elements - first);
      waiting.add(
          pool.submit(
              () -> {
                int[] block = new int[count];
                Container.read(tensor, from, block, count);
                return new ElementBlock(width, channels).encode(block, count, from);
              }));
      if (waiting.size() == ahead) {
        section(Container.BLOCK, result(waiting.remove()));
      }
    }
    while (!waiting.isEmpty()) {
      section(Container.BLOCK, result(waiting.remove()));
    }
  }

  private static byte[] result(Future<byte[]> block) {
    try {
      return block.get();
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
    int[] found = new int[Math.min(size, ElementBlock.MOST)];
    for (int from = 0; from < size; from += found.length) {
      int count = Math.min(found.length, size - from);
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
