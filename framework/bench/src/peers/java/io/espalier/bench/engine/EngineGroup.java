package io.espalier.bench.engine;

import io.espalier.api.Shape;
import io.espalier.bench.Comparison;
import io.espalier.bench.PeerGroup;
import io.espalier.bench.Quantity;
import io.espalier.bench.engine.Side.Work;
import io.espalier.core.BuiltInModel;
import io.espalier.core.ModelBuilders;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Training steps of Espalier's engine and of libtorch, two threads each. Before a row is measured
 * both sides must have come to the same loss from the same weights.
 */
public final class EngineGroup implements PeerGroup {
  private static final double TOLERANCE = 1e-3;

  private final Side espalier = new EspalierSide();
  private final Side peer = new LibtorchSide();

  @Override
  public String name() {
    return "engine";
  }

  @Override
  public Map<String, Supplier<Comparison>> rows() {
    Map<String, Supplier<Comparison>> rows = new LinkedHashMap<>();
    rows.put("tutorial-cnn", () -> speed("tutorial-cnn", tutorialCnn(), 20, 100, 7));
    rows.put("mobilenetv2", () -> speed("mobilenetv2", mobileNet(), 3, 4, 7));
    rows.put("resnet18", () -> speed("resnet18", resNet(), 3, 2, 5));
    rows.put("mlp", () -> speed("mlp", perceptron(), 20, 30, 7));
    rows.put("mask-overhead", this::maskOverhead);
    rows.put("peak-memory", PeakMemory::compare);
    return rows;
  }

  private static Work tutorialCnn() {
    return new Work(
        ModelBuilders.build("tutorial-cnn", 1), Batch.of(Shape.of(1, 28, 28), 10, 128), "adam");
  }

  static Work mobileNet() {
    BuiltInModel model = ModelBuilders.model("mobilenet-v2");
    return new Work(
        model.build(1, model.defaults().withSize(96, 96)),
        Batch.of(Shape.of(3, 96, 96), 1000, 16),
        "adam");
  }

  private static Work resNet() {
    return new Work(
        ModelBuilders.build("resnet-18-cifar", 1), Batch.of(Shape.of(3, 32, 32), 10, 32), "sgd");
  }

  private static Work perceptron() {
    return new Work(ModelBuilders.build("mlp", 1), Batch.of(Shape.of(1, 28, 28), 10, 128), "adam");
  }

  /**
   * Samples per second of training steps.
   *
   * @param agreeing steps after which both sides must have the same loss
   * @param steps of each round
   */
  private Comparison speed(String row, Work work, int agreeing, int steps, int rounds) {
    requireAgreement(row, work, agreeing);
    return Comparison.measure(
        row,
        Quantity.SPEED,
        "images/s",
        rounds,
        () -> work.batch().size() / espalier.train(work, 1, steps).median(),
        () -> work.batch().size() / peer.train(work, 1, steps).median());
  }

  private Comparison maskOverhead() {
    MaskOverhead small = new MaskOverhead(tutorialCnn(), 30);
    MaskOverhead wide = new MaskOverhead(perceptron(), 10);
    MaskOverhead deep = new MaskOverhead(mobileNet(), 3);
    requireAgreement("mask-overhead", small.masked(), 20);
    requireAgreement("mask-overhead", wide.masked(), 20);
    requireAgreement("mask-overhead", deep.masked(), 3);
    return Comparison.measure(
        "mask-overhead",
        Quantity.OVERHEAD,
        "%",
        5,
        () -> MaskOverhead.percent(espalier, small, wide, deep),
        () -> MaskOverhead.percent(peer, small, wide, deep));
  }

  private void requireAgreement(String row, Work work, int steps) {
    double first = espalier.train(work, 0, 1).loss();
    requireSame(row, 1, first, peer.train(work, 0, 1).loss());
    double last = espalier.train(work, 0, steps).loss();
    requireSame(row, steps, last, peer.train(work, 0, steps).loss());
    if (!(last < first)) {
      throw new IllegalStateException(
          "%s: the loss is %s after %d steps and was %s before; nothing is measured"
              .formatted(row, last, steps, first));
    }
  }

  private void requireSame(String row, int step, double ours, double theirs) {
    if (!(Math.abs(ours - theirs) <= TOLERANCE * Math.abs(theirs))) {
      throw new IllegalStateException(
          "%s: the losses of step %d differ: %s %s, %s %s; the sides do not train the same, so"
                  .formatted(row, step, espalier.name(), ours, peer.name(), theirs)
              + " nothing is measured");
    }
  }
}
