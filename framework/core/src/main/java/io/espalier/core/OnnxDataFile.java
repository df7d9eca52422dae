package io.espalier.core;

import io.espalier.api.Model;
import io.espalier.api.Tensor;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Where each large tensor of a model stands in its data file.
 *
 * @param location name of the data file, which lies beside the model's
 * @param slots by tensor name, in the file's order
 */
record OnnxDataFile(String location, Map<String, Slot> slots) {
  /**
   * A tensor in the file.
   *
   * @param offset byte position, a multiple of {@value #ALIGNMENT}
   */
  record Slot(Tensor tensor, long offset) {}

  /** Page size, so that a reader can map each tensor. */
  static final int ALIGNMENT = 4096;

  /** Smaller tensors stay in the model's own file: other tools want shapes at hand. */
  private static final int SMALL = 1024;

  private static final int BLOCK = 1 << 16;

  static OnnxDataFile of(Model model, String location) {
    Map<String, Slot> slots = new LinkedHashMap<>();
    long end = 0;
    for (Tensor tensor : model.tensors().values()) {
      int bytes = tensor.bytes().remaining();
      if (bytes >= SMALL) {
        long offset = (end + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
        slots.put(tensor.name(), new Slot(tensor, offset));
        end = offset + bytes;
      }
    }
    return new OnnxDataFile(location, slots);
  }

  void writeTo(OutputStream out) throws IOException {
    long position = 0;
    byte[] block = new byte[BLOCK];
    for (Slot slot : slots.values()) {
      ByteBuffer bytes = slot.tensor().bytes();
      out.write(new byte[(int) (slot.offset() - position)]);
      position = slot.offset() + bytes.remaining();
      while (bytes.hasRemaining()) {
        int length = Math.min(block.length, bytes.remaining());
        bytes.get(block, 0, length);
        out.write(block, 0, length);
      }
    }
  }
}
