package io.espalier.api;

import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Shared values of a tensor: element {@code i} is {@code values[indices[i]]}.
 *
 * <p>If the codebook has a zero entry, that value is exactly 0 and training must not move it. The
 * values may be divided among the channels of the tensor; the zero is everyone's. Or tensors share
 * them: codebooks of one palette have the same values, and training keeps them so.
 */
public final class Codebook implements Constraint {
  /** The most values a codebook may have: indices take at most two bytes. */
  public static final int MAX_VALUES = 65_536;

  private final String tensor;
  private final Shape shape;
  private final float[] values;
  private final char[] indices;
  private final int zero;
  private final int channelAxis;
  private final String palette;

  /** A codebook whose values belong to the whole tensor. */
  public Codebook(String tensor, Shape shape, float[] values, char[] indices, OptionalInt zero) {
    this(tensor, shape, values, indices, zero, OptionalInt.empty());
  }

  /**
   * @param values the shared values, 1 to {@value #MAX_VALUES}
   * @param indices one per element, row-major
   * @param zero position of the value that stays 0, if there is one
   * @param channelAxis the axis whose positions have values of their own, all channels' in one
   *     list; empty if the values belong to the whole tensor
   * @throws EspalierException ({@link FailureCode#MODEL}) if counts, indices, the zero or the axis
   *     do not fit
   */
  public Codebook(
      String tensor,
      Shape shape,
      float[] values,
      char[] indices,
      OptionalInt zero,
      OptionalInt channelAxis) {
    this(tensor, shape, values, indices, zero, channelAxis, "");
  }

  private Codebook(
      String tensor,
      Shape shape,
      float[] values,
      char[] indices,
      OptionalInt zero,
      OptionalInt channelAxis,
      String palette) {
    this.tensor = tensor;
    this.shape = shape;
    this.values = values.clone();
    this.indices = indices.clone();
    this.zero = zero.orElse(-1);
    this.channelAxis = channelAxis.orElse(-1);
    this.palette = palette;
    if (values.length == 0 || values.length > MAX_VALUES) {
      throw broken("has %d values (allowed: 1 to %d)".formatted(values.length, MAX_VALUES));
    }
    if (indices.length != shape.size()) {
      throw broken("has %d indices for %d elements".formatted(indices.length, shape.size()));
    }
    for (char index : indices) {
      if (index >= values.length) {
        throw broken("has index %d but %d values".formatted((int) index, values.length));
      }
    }
    if (zero.isPresent() && (this.zero < 0 || this.zero >= values.length)) {
      throw broken("has its zero at %d but %d values".formatted(this.zero, values.length));
    }
    if (channelAxis.isPresent() && (this.channelAxis < 0 || this.channelAxis >= shape.rank())) {
      throw broken("has channels along axis %d of shape %s".formatted(this.channelAxis, shape));
    }
    if (zero.isPresent() && values[this.zero] != 0) {
      throw broken("has %s where its zero should be".formatted(values[this.zero]));
    }
  }

  @Override
  public String tensor() {
    return tensor;
  }

  @Override
  public Shape shape() {
    return shape;
  }

  /** Number of shared values. */
  public int count() {
    return values.length;
  }

  public float value(int entry) {
    return values[entry];
  }

  /** The entry that an element takes. */
  public int index(int element) {
    return indices[element];
  }

  /** Position of the value that stays 0, if there is one. */
  public OptionalInt zero() {
    return zero < 0 ? OptionalInt.empty() : OptionalInt.of(zero);
  }

  /** The axis whose positions have values of their own; empty if all share. */
  public OptionalInt channelAxis() {
    return channelAxis < 0 ? OptionalInt.empty() : OptionalInt.of(channelAxis);
  }

  /** Name of the palette that it shares with codebooks of other tensors; empty if it is alone. */
  public Optional<String> palette() {
    return palette.isEmpty() ? Optional.empty() : Optional.of(palette);
  }

  /** A copy of the values. */
  public float[] values() {
    return values.clone();
  }

  /** A copy of the indices. */
  public char[] indices() {
    return indices.clone();
  }

  /** The same values shared by the elements of another shape. */
  public Codebook withIndices(Shape other, char... ones) {
    return new Codebook(tensor, other, values, ones, zero(), channelAxis(), palette);
  }

  /** The same sharing with other values. */
  public Codebook withValues(float... others) {
    return new Codebook(tensor, shape, others, indices, zero(), channelAxis(), palette);
  }

  /** The same codebook as one of a palette, whose others have the same values; empty for none. */
  public Codebook ofPalette(String name) {
    return new Codebook(tensor, shape, values, indices, zero(), channelAxis(), name);
  }

  /** The tensor that the codebook stands for. */
  public Tensor decode() {
    float[] elements = new float[indices.length];
    for (int i = 0; i < elements.length; i++) {
      elements[i] = values[indices[i]];
    }
    return Tensor.ofFloats(tensor, shape, elements);
  }

  private EspalierException broken(String problem) {
    return new EspalierException(
        FailureCode.MODEL, "codebook of '%s' %s".formatted(tensor, problem));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Codebook that
        && tensor.equals(that.tensor)
        && shape.equals(that.shape)
        && zero == that.zero
        && channelAxis == that.channelAxis
        && palette.equals(that.palette)
        && Arrays.equals(values, that.values)
        && Arrays.equals(indices, that.indices);
  }

  @Override
  public int hashCode() {
    return 31 * tensor.hashCode() + Arrays.hashCode(values);
  }

  /** For instance {@code codebook of dense.weight: 32 values}. */
  @Override
  public String toString() {
    return "codebook of %s: %d values".formatted(tensor, values.length);
  }
}
