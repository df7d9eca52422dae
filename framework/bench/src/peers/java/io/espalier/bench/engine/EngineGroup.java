package io.espalier.bench.engine;

import io.espalier.api.Edit;
import io.espalier.api.Layer;
import io.espalier.api.Model;
import io.espalier.api.Plan;
import io.espalier.api.Shape;
import io.espalier.bench.Comparison;
import io.espalier.bench.Group;
import io.espalier.bench.Quantity;
import io.espalier.core.ExactSelector;
import io.espalier.core.Layers;
import io.espalier.core.Plans;
import io.espalier.core.TutorialCnn;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Training steps of Espalier's engine and of libtorch, two threads each. Before a row is measured
 * both sides must have come to the same loss from the same weights.
 */
public final class EngineGroup implements Group {
  private static final int ROUNDS = 7;
  private static final int BATCH = 128;
  private static final int WARMUP = 10;
  private static final int AGREEING = 20;
  private static final double TOLERANCE = 1e-3;
  private static final double SPARSITY = 0.8;
  private static final int PAIRS = 8;

  private final Side espalier = new EspalierSide();
  private final Side peer = new LibtorchSide();

  @Override
  public String name() {
    return "engine";
  }

  @Override
  public void measure(Consumer<Comparison> rows) {
    Model cnn = TutorialCnn.build(1);
    Batch images = Batch.of(Shape.of(1, 28, 28), 10, BATCH);
    Model mlp = Perceptron.build(784, 1024, 1024, 10);
    Batch flat = Batch.of(Shape.of(784), 10, BATCH);
    rows.accept(speed("tutorial-cnn", cnn, images, 100));
    rows.accept(speed("mlp", mlp, flat, 20));
    rows.accept(maskOverhead(cnn, images, 30));
  }

  /** Samples per second of training steps. */
  private Comparison speed(String row, Model model, Batch batch, int steps) {
    requireAgreement(row, model, batch);
    return Comparison.measure(
        row,
        Quantity.SPEED,
        "images/s",
        ROUNDS,
        () -> samplesPerSecond(espalier, model, batch, steps),
        () -> samplesPerSecond(peer, model, batch, steps));
  }

  private static double samplesPerSecond(Side side, Model model, Batch batch, int steps) {
    return (double) steps * batch.size() / seconds(side, model, batch, steps);
  }

  /**
   * What masks add to a step, in percent of the same side's step without. Both start from the
   * pruned weights, since a step's time depends on the values a little.
   */
  private Comparison maskOverhead(Model dense, Batch batch, int steps) {
    Model masked = masked(dense);
    Model model = Model.of(masked.graph(), masked.tensors().values());
    requireAgreement("mask-overhead", masked, batch);
    return Comparison.measure(
        "mask-overhead",
        Quantity.OVERHEAD,
        "%",
        ROUNDS,
        () -> overhead(espalier, model, masked, batch, steps),
        () -> overhead(peer, model, masked, batch, steps));
  }

  /**
   * The median over pairs of short trainings, whose order alternates: other work on the machine
   * meets both of a pair alike, and as many have the one first as the other.
   */
  private static double overhead(Side side, Model model, Model masked, Batch batch, int steps) {
    double[] percent = new double[PAIRS];
    for (int i = 0; i < PAIRS; i++) {
      boolean maskedFirst = i % 2 == 1;
      double first = seconds(side, maskedFirst ? masked : model, batch, steps);
      double second = seconds(side, maskedFirst ? model : masked, batch, steps);
      percent[i] = 100 * ((maskedFirst ? first / second : second / first) - 1);
    }
    return Comparison.median(percent);
  }

  private static double seconds(Side side, Model model, Batch batch, int steps) {
    return side.train(model, batch, WARMUP, steps).seconds();
  }

  private static Model masked(Model model) {
    ExactSelector selector = new ExactSelector();
    List<Edit> edits = new ArrayList<>();
    for (Layer layer : Layers.prunable(model)) {
      float[] scores = model.tensor(layer.weight()).toFloatArray();
      for (int i = 0; i < scores.length; i++) {
        scores[i] = Math.abs(scores[i]);
      }
      edits.add(new Edit.MaskWeights(selector.keepHighest(layer, scores, SPARSITY)));
    }
    return Plans.apply(model, new Plan("bench", edits));
  }

  private void requireAgreement(String row, Model model, Batch batch) {
    double first = espalier.train(model, batch, 0, 1).loss();
    double ours = espalier.train(model, batch, 0, AGREEING).loss();
    double theirs = peer.train(model, batch, 0, AGREEING).loss();
    if (!(Math.abs(ours - theirs) <= TOLERANCE * Math.abs(theirs)) || ours >= first) {
      throw new IllegalStateException(
          "%s: the losses of step %d differ: %s %s, %s %s (first step %s); the sides do not train"
                  .formatted(row, AGREEING, espalier.name(), ours, peer.name(), theirs, first)
              + " the same, so nothing is measured");
    }
  }
}
