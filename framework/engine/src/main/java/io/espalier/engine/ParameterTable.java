package io.espalier.engine;

import io.espalier.api.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Lays out the parameters of a plan that is being bound: first those whose gradients are summed by
 * group, behind them those whose gradients are written for the whole batch.
 */
final class ParameterTable {
  private final List<ParameterSlot> byGroup = new ArrayList<>();
  private final List<ParameterSlot> whole = new ArrayList<>();
  private final int room;

  /**
   * @param room that those by group take; if it is not known yet, 0, and the layout is no use
   *     unless {@link #complete}
   */
  ParameterTable(int room) {
    this.room = room;
  }

  /**
   * A parameter whose gradients are summed by group, if it does not lie otherwise already.
   *
   * @param rows of the matrix as it lies
   * @param columns of the matrix as it lies
   */
  Optional<ParameterSlot> byGroup(
      Tensor tensor, int rows, int columns, boolean transposed, boolean panels) {
    Optional<ParameterSlot> shared =
        byGroup.stream().filter(slot -> slot.name().equals(tensor.name())).findFirst();
    if (shared.isPresent()) {
      return shared.filter(
          slot ->
              slot.rows() == rows && slot.transposed() == transposed && slot.panels() == panels);
    }
    return Optional.of(add(byGroup, grouped(), tensor, rows, columns, transposed, panels));
  }

  /** A parameter whose gradient is written for the whole batch. */
  ParameterSlot whole(Tensor tensor, int rows, int columns, boolean transposed, boolean panels) {
    return add(whole, end(whole, room), tensor, rows, columns, transposed, panels);
  }

  private static ParameterSlot add(
      List<ParameterSlot> to,
      int offset,
      Tensor tensor,
      int rows,
      int columns,
      boolean transposed,
      boolean panels) {
    ParameterSlot slot =
        new ParameterSlot(tensor.name(), tensor.shape(), offset, rows, columns, transposed, panels);
    to.add(slot);
    return slot;
  }

  /** Floats of those that are summed by group. */
  int grouped() {
    return end(byGroup, 0);
  }

  private static int end(List<ParameterSlot> slots, int empty) {
    return slots.isEmpty() ? empty : slots.get(slots.size() - 1).end();
  }

  /** Whether those for the whole batch lie behind the others. */
  boolean complete() {
    return whole.isEmpty() || room == grouped();
  }

  ParameterLayout layout() {
    List<ParameterSlot> all = new ArrayList<>(byGroup);
    all.addAll(whole);
    return new ParameterLayout(all);
  }
}
