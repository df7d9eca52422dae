package io.espalier.runtime;

import io.espalier.api.Model;
import io.espalier.core.Int8Model;
import io.espalier.core.Int8Model.Range;
import io.espalier.runtime.measure.ActivationRanges;
import io.espalier.runtime.scenario.QuantiseSettings;
import java.util.List;
import java.util.Map;

/** Turns weights and activations into int8; every zero and every shared value stays one. */
final class QuantiseStage implements Stage {
  @Override
  public Outcome run(StageTask task) {
    Model model = task.model();
    int samples = task.stage().spec().settings().get(QuantiseSettings.SAMPLES);
    List<String> activations = Int8Model.activations(model);
    Map<String, Range> ranges =
        ActivationRanges.measure(model, activations, task.context().run().dataset(), samples);
    return new Outcome(
        Int8Model.of(model, ranges),
        "",
        "quantised to int8 with the ranges of %d activations".formatted(activations.size()));
  }
}
