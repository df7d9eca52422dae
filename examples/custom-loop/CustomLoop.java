import io.espalier.api.Dataset;
import io.espalier.api.DatasetSource;
import io.espalier.api.FineTuner;
import io.espalier.api.Horizon;
import io.espalier.api.Model;
import io.espalier.api.Parameters;
import io.espalier.api.Progress;
import io.espalier.api.PruneRequest;
import io.espalier.api.Pruner;
import io.espalier.api.Schedule;
import io.espalier.api.Scheduler;
import io.espalier.api.Statistics;
import io.espalier.api.StepReport;
import io.espalier.api.Structure;
import io.espalier.api.TrainingControl;
import io.espalier.api.TrainingListener;
import io.espalier.core.Allocation;
import io.espalier.core.LayerSelection;
import io.espalier.core.ModelBuilders;
import io.espalier.core.OnnxFormat;
import io.espalier.core.PruneGoal;
import io.espalier.plugins.idxdata.DigitsSource;
import io.espalier.plugins.jvmtrainer.JvmFineTuner;
import io.espalier.plugins.magnitude.MagnitudePruner;
import io.espalier.plugins.schedules.PolynomialScheduler;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * Prunes in a training loop of one's own: plain Java, no bus, no scenario, no plugin manager. Trains
 * a small network on the digits that ship with Espalier, and prunes it to 80 % while it trains.
 *
 * <pre>java -cp 'ESPALIER/lib/*:ESPALIER/plugins/*' --add-modules jdk.incubator.vector \
 *   CustomLoop.java OUT.onnx</pre>
 */
public final class CustomLoop implements TrainingListener {
  private final Schedule schedule;
  private final Pruner pruner = new MagnitudePruner();
  private final PruneGoal goal;

  private CustomLoop(Schedule schedule, Model model) {
    this.schedule = schedule;
    this.goal =
        new PruneGoal(
            LayerSelection.all().select(model).layers(),
            Structure.ELEMENTS,
            Allocation.UNIFORM,
            schedule.finalSparsity(),
            model);
  }

  public static void main(String[] arguments) {
    Model model = ModelBuilders.build("tutorial-cnn", 1);
    DatasetSource source = new DigitsSource();
    Dataset digits =
        source.open(
            new DatasetSource.Request(
                Parameters.of(source.description(), Map.of("size", 28)),
                Optional.empty(),
                Path.of("."),
                false,
                Progress.NONE));
    FineTuner trainer = new JvmFineTuner();
    Parameters training =
        Parameters.of(
            trainer.description(), Map.of("epochs", 8, "batchSize", 32, "learningRate", 0.003));
    Horizon horizon = trainer.horizon(digits, training);
    Scheduler scheduler = new PolynomialScheduler();
    Schedule schedule =
        scheduler.schedule(
            Parameters.of(
                scheduler.description(),
                Map.of(
                    "finalSparsity", 0.8, "unit", "epochs", "begin", 1, "end", 6, "frequency", 1)),
            horizon);

    Model pruned =
        trainer.fineTune(
            new FineTuner.Request(model, digits, training, 1, Optional.empty()),
            new CustomLoop(schedule, model));

    pruned.masks().values().forEach(mask -> System.out.println(mask));
    new OnnxFormat().write(pruned, Path.of(arguments[0]));
  }

  @Override
  public void onBegin(int step, TrainingControl control) {
    pruneAt(step, control);
  }

  @Override
  public void onStep(StepReport report, TrainingControl control) {
    pruneAt(report.step(), control);
  }

  private void pruneAt(int step, TrainingControl control) {
    if (!schedule.updatesAt(step)) {
      return;
    }
    Model now = control.model();
    PruneRequest request =
        new PruneRequest(
            now,
            goal.targets(now, schedule.sparsityAt(step)),
            Parameters.of(pruner.description(), Map.of()),
            1,
            goal,
            Statistics.NONE);
    control.apply(pruner.plan(request));
    System.out.printf("step %d: sparsity %.4f%n", step, schedule.sparsityAt(step));
  }

  @Override
  public void onMetric(String subject, String metric, double value, int step) {
    System.out.printf("step %d: %s %s %.4f%n", step, subject, metric, value);
  }
}
