package io.espalier.engine;

import java.util.List;

/**
 * Where a plan is cut into segments, and what lies on both sides of a cut and is therefore kept for
 * all samples of a batch, not only for a tile.
 *
 * @param all in the order of the forward pass
 * @param data values whose floats are kept
 * @param gradients values whose gradients are kept
 * @param buffers for each of these gradients, which buffer it lies in
 */
record Cuts(List<Cut> all, List<Value> data, List<Value> gradients, List<Integer> buffers) {
  /** No cuts: one segment. */
  static final Cuts NONE = new Cuts(List.of(), List.of(), List.of(), List.of());

  Cuts {
    all = List.copyOf(all);
    data = List.copyOf(data);
    gradients = List.copyOf(gradients);
    buffers = List.copyOf(buffers);
  }

  /** How many segments there are: one if nothing cuts. */
  int segments() {
    return all.size() + 1;
  }

  /** The same cuts of a plan that has other operations. */
  Cuts with(List<? extends Operation> operations) {
    return new Cuts(
        all.stream().map(cut -> with(cut, operations)).toList(), data, gradients, buffers);
  }

  private static Cut with(Cut cut, List<? extends Operation> operations) {
    return cut instanceof WholeBatch whole
        ? new WholeBatch(whole.before(), (BatchOperation) operations.get(whole.before()))
        : cut;
  }

  /** What cuts for its statistics. */
  List<Normalisation> normalisations() {
    return all.stream()
        .filter(Normalisation.class::isInstance)
        .map(Normalisation.class::cast)
        .toList();
  }

  /** What cuts because a batch runs it as a whole. */
  List<BatchOperation> operations() {
    return all.stream()
        .filter(WholeBatch.class::isInstance)
        .map(cut -> ((WholeBatch) cut).operation())
        .toList();
  }

  /** Channels of all normalisations. */
  int channels() {
    int sum = 0;
    for (Normalisation normalisation : normalisations()) {
      sum += normalisation.channels();
    }
    return sum;
  }

  /** Position of a segment's first operation. */
  int begin(int segment) {
    return segment == 0 ? 0 : all.get(segment - 1).behind();
  }

  boolean keeps(Value value) {
    for (int i = 0; i < data.size(); i++) {
      if (data.get(i).id() == value.id()) {
        return true;
      }
    }
    return false;
  }
}
