package io.espalier.api;

import java.util.Arrays;
import java.util.Objects;

/** What each channel of a {@link ChannelGroup} is in one tensor: some indices along one axis. */
public final class ChannelSlice {
  /** What the tensor has to do with the channels. */
  public enum Role {
    /** A layer's weight that computes them. */
    MAKES("made by"),
    /** A constant that is added to them: a bias, a mean. */
    SHIFTS("shifted by"),
    /** Any other constant that goes with them: a scale, a variance, a slope. */
    FOLLOWS("scaled by"),
    /** A layer's weight that takes them in. */
    READS("read by");

    private final String words;

    Role(String words) {
      this.words = words;
    }

    /** For listings, such as {@code made by}. */
    public String words() {
      return words;
    }
  }

  private final String tensor;
  private final int axis;
  private final Role role;
  private final String node;
  private final int perChannel;
  private final int[] indices;

  /**
   * @param tensor name of the tensor
   * @param axis the axis that is cut
   * @param role what the tensor has to do with the channels
   * @param node name of the first node that uses it so
   * @param perChannel how many indices each channel has
   * @param indices those of channel 0, then those of channel 1, and so on; copied
   */
  public ChannelSlice(
      String tensor, int axis, Role role, String node, int perChannel, int... indices) {
    this.tensor = tensor;
    this.axis = axis;
    this.role = role;
    this.node = node;
    this.perChannel = perChannel;
    this.indices = indices.clone();
  }

  public String tensor() {
    return tensor;
  }

  public int axis() {
    return axis;
  }

  public Role role() {
    return role;
  }

  /** Name of the first node that uses the tensor in this role. */
  public String node() {
    return node;
  }

  /** How many indices a channel has along the axis. */
  public int perChannel() {
    return perChannel;
  }

  /**
   * An index along the axis.
   *
   * @param channel of the group
   * @param i 0 to below {@link #perChannel}
   */
  public int index(int channel, int i) {
    Objects.checkIndex(i, perChannel);
    return indices[channel * perChannel + i];
  }

  /** How many indices of the axis the whole group has. */
  public int size() {
    return indices.length;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ChannelSlice that
        && tensor.equals(that.tensor)
        && axis == that.axis
        && role == that.role
        && node.equals(that.node)
        && perChannel == that.perChannel
        && Arrays.equals(indices, that.indices);
  }

  @Override
  public int hashCode() {
    return Objects.hash(tensor, axis, role, Arrays.hashCode(indices));
  }

  /** For instance {@code read by fc.weight along axis 1 (Gemm 'fc'), 484 indices a channel}. */
  @Override
  public String toString() {
    return "%s %s along axis %d (%s)%s"
        .formatted(
            role.words(),
            tensor,
            axis,
            node,
            perChannel == 1 ? "" : ", " + perChannel + " indices a channel");
  }
}
