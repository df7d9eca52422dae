package io.espalier.engine;

import io.espalier.api.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Where a plan that is being bound is cut, and what has to be kept because it passes from one
 * segment to another.
 */
final class Segments {
  private final List<Value> values = new ArrayList<>();
  private final List<Integer> begins = new ArrayList<>();
  private final List<Cut> cuts = new ArrayList<>();
  private final Set<Integer> keptData = new TreeSet<>();
  private final Set<Integer> keptGradients = new TreeSet<>();
  private final Map<Integer, Integer> lastUses = new HashMap<>();
  private int channels;

  /** All values, by id. */
  List<Value> values() {
    return values;
  }

  /** Adds a value that begins behind the last cut. */
  Value add(Value value) {
    values.add(value);
    begins.add(cuts.size());
    return value;
  }

  /** Notes that a value is used here, and keeps it if that is in another segment than its own. */
  Value use(Value value) {
    lastUses.put(value.id(), cuts.size());
    if (begins.get(value.id()) < cuts.size()) {
      if (value.stored()) {
        keptData.add(value.id());
      }
      keptGradients.add(value.id());
    }
    return value;
  }

  /** Keeps the gradient of a value for all samples of a batch. */
  void keepGradient(Value value) {
    keptGradients.add(value.id());
  }

  /**
   * Cuts for a normalisation, and keeps what it reads.
   *
   * @param behind how many operations come before the cut
   * @return position of its first channel among those of all normalisations
   */
  int cut(int behind, Value input, Tensor mean, Tensor variance, double momentum, double epsilon) {
    int first = channels;
    channels += mean.size();
    cuts.add(new Normalisation(behind, first, mean.size(), mean, variance, momentum, epsilon));
    keptData.add(input.id());
    return first;
  }

  /** Cuts for an operation that a batch runs as a whole, and keeps what it reads and gives. */
  void cut(int before, BatchOperation operation) {
    cuts.add(new WholeBatch(before, operation));
    for (Value value : List.of(operation.input(), operation.output())) {
      keptData.add(value.id());
      keptGradients.add(value.id());
    }
  }

  /** The cuts of the plan. */
  Cuts cuts(Value input) {
    if (!cuts.isEmpty()) {
      keptData.add(input.id());
    }
    List<Value> gradients = keptGradients.stream().map(values::get).filter(Value::trained).toList();
    return new Cuts(
        cuts, keptData.stream().map(values::get).toList(), gradients, buffers(gradients));
  }

  /**
   * Lets gradients that are never in use at a time lie in the same buffer. One is in use from the
   * last segment that adds to it back to the one before its own, where its normalisation takes it.
   */
  private List<Integer> buffers(List<Value> gradients) {
    Integer[] order = new Integer[gradients.size()];
    Arrays.setAll(order, i -> i);
    Arrays.sort(order, Comparator.comparing(i -> -lastUse(gradients.get(i))));
    Integer[] buffers = new Integer[order.length];
    List<Integer> free = new ArrayList<>();
    for (int i : order) {
      int last = lastUse(gradients.get(i));
      int buffer = 0;
      while (buffer < free.size() && free.get(buffer) <= last) {
        buffer++;
      }
      int begin = begins.get(gradients.get(i).id()) - 1;
      if (buffer < free.size()) {
        free.set(buffer, begin);
      } else {
        free.add(begin);
      }
      buffers[i] = buffer;
    }
    return List.of(buffers);
  }

  private int lastUse(Value value) {
    return lastUses.getOrDefault(value.id(), begins.get(value.id()));
  }
}
