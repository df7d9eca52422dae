package io.espalier.runtime;

import io.espalier.api.Dataset;
import io.espalier.core.OnnxFormat;
import io.espalier.proto.Metric;
import io.espalier.proto.RunEvent;
import io.espalier.runtime.measure.Evaluation;
import io.espalier.runtime.measure.Evaluator;
import java.util.Locale;

/** Measures the model on the test split, as it would be exported. */
final class EvaluateStage implements Stage {
  private static final String SUBJECT = "test";

  @Override
  public Outcome run(StageTask task) {
    Dataset dataset = task.context().run().dataset();
    Evaluation evaluation =
        Evaluator.evaluate(new OnnxFormat().bytes(task.model()), dataset.test(), dataset.classes());
    publish(task, "accuracy", evaluation.accuracy());
    publish(task, "loss", evaluation.loss());
    return new Outcome(
        task.model(), "", String.format(Locale.ROOT, "test accuracy %.4f", evaluation.accuracy()));
  }

  private static void publish(StageTask task, String metric, double value) {
    task.context()
        .events()
        .publish(
            RunEvent.newBuilder()
                .setMetric(
                    Metric.newBuilder()
                        .setStageIndex(task.stage().index())
                        .setSubject(SUBJECT)
                        .setName(metric)
                        .setValue(value)));
  }
}
