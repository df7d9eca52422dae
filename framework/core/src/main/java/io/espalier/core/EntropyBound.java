package io.espalier.core;

import io.espalier.api.Model;
import io.espalier.api.Tensor;
import java.util.Optional;

/**
 * The least number of bytes that a code can take which codes each weight on its own.
 *
 * <p>Where weights share values, it is the order-0 entropy of the positions in a palette (Shannon
 * 1948), zero being one of the values, and the palette itself. Where they do not, it is the entropy
 * of zero or not, the entropy of the highest byte of the others (of a float: sign and most of the
 * exponent), and their other bytes as they are. Of these and of bytes as they are, the least
 * counts. Graph, names and shapes are left out: they are the headers that a file has besides.
 */
public final class EntropyBound {
  private EntropyBound() {}

  /** The bound of all tensors of a model, in bytes, rounded up. */
  public static long bytes(Model model) {
    double bits = 0;
    for (Tensor tensor : model.tensors().values()) {
      bits += bits(tensor);
    }
    return (long) Math.ceil(bits / Byte.SIZE);
  }

  /** The bound of a tensor, in bits. */
  public static double bits(Tensor tensor) {
    int count = Container.elements(tensor);
    if (count == 0) {
      return 0;
    }
    int width = Container.width(tensor.type());
    int[] elements = new int[count];
    Container.read(tensor, 0, elements, count);
    double least = Math.min((double) count * width * Byte.SIZE, literal(elements, width));
    Optional<Palette> palette = Palette.of(elements, count, Math.min(Palette.MOST, count));
    if (palette.isPresent()) {
      least = Math.min(least, shared(elements, palette.get(), width));
    }
    Optional<ChannelPalettes> channels = ContainerWriter.channels(tensor);
    if (channels.isPresent()) {
      least = Math.min(least, inChannels(elements, channels.get(), width));
    }
    return least;
  }

  private static double literal(int[] elements, int width) {
    int[] tops = new int[256];
    int values = 0;
    for (int element : elements) {
      if (element != 0) {
        tops[element >>> 8 * (width - 1) & 0xff]++;
        values++;
      }
    }
    return Rans.entropy(new int[] {values, elements.length - values})
        + Rans.entropy(tops)
        + (double) values * (width - 1) * Byte.SIZE;
  }

  private static double shared(int[] elements, Palette palette, int width) {
    int[] counts = new int[palette.size()];
    for (int element : elements) {
      counts[palette.position(element)]++;
    }
    return Rans.entropy(counts) + (double) palette.size() * width * Byte.SIZE;
  }

  /** Positions count over all channels: a value's position says how it ranks in its own channel. */
  private static double inChannels(int[] elements, ChannelPalettes channels, int width) {
    int[] counts = new int[ChannelPalettes.MOST + 1];
    int inner = channels.inner();
    int number = channels.palettes().size();
    for (int i = 0; i < elements.length; i++) {
      Palette palette = channels.palettes().get(i / inner % number);
      counts[elements[i] == 0 ? ChannelPalettes.MOST : palette.position(elements[i])]++;
    }
    return Rans.entropy(counts) + (double) channels.values() * width * Byte.SIZE;
  }
}
