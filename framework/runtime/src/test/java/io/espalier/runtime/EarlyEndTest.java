package io.espalier.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.api.Dataset;
import io.espalier.api.Description;
import io.espalier.api.FineTuner;
import io.espalier.api.Horizon;
import io.espalier.api.Model;
import io.espalier.api.Parameters;
import io.espalier.api.StepReport;
import io.espalier.api.TrainingControl;
import io.espalier.api.TrainingListener;
import io.espalier.proto.Failure;
import io.espalier.proto.FailureCode;
import io.espalier.proto.Log;
import io.espalier.proto.RunEvent;
import io.espalier.proto.RunState;
import io.espalier.proto.RunSummary;
import io.espalier.runtime.fake.FakeCatalog;
import io.espalier.runtime.fake.FakeFineTuner;
import io.espalier.runtime.fake.Scenarios;
import io.espalier.runtime.fake.StepHook;
import io.espalier.runtime.scenario.Scenario;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Fine-tuners that end before their horizon and say so. */
class EarlyEndTest {
  @TempDir Path folder;

  /**
   * Walks up to a step and says that it ended early.
   *
   * @param last step that it makes
   * @param told step that it tells
   */
  private record Impatient(FakeFineTuner tuner, int last, int told) implements FineTuner {
    @Override
    public Description description() {
      return tuner.description();
    }

    @Override
    public Horizon horizon(Dataset dataset, Parameters parameters) {
      return tuner.horizon(dataset, parameters);
    }

    @Override
    public Model fineTune(Request request, TrainingListener listener) {
      Model model = tuner.fineTune(request, new Stopping(listener, last));
      listener.onEarlyEnd(told, "nothing got better");
      return model;
    }
  }

  private record Stopping(TrainingListener listener, int last) implements TrainingListener {
    @Override
    public void onBegin(int step, TrainingControl control) {
      listener.onBegin(step, control);
    }

    @Override
    public void onStep(StepReport report, TrainingControl control) {
      listener.onStep(report, control);
      if (report.step() == last) {
        control.stop();
      }
    }

    @Override
    public void onMetric(String subject, String metric, double value, int step) {
      listener.onMetric(subject, metric, value, step);
    }
  }

  private Espalier start(int last, int told) {
    return RunProbe.start(
        folder.resolve("runs"),
        FakeCatalog.plain()
            .with(
                FineTuner.class,
                FakeFineTuner.ID,
                () -> new Impatient(new FakeFineTuner(StepHook.NONE), last, told)));
  }

  private Failure failure(int last, int told, Scenario scenario) {
    try (Espalier espalier = start(last, told)) {
      RunSummary end = RunProbe.run(espalier, scenario);
      assertThat(end.getState()).isEqualTo(RunState.RUN_STATE_FAILED);
      return RunProbe.await(espalier.failure(end.getRun())).orElseThrow();
    }
  }

  private List<RunEvent> events(int last, Scenario scenario) {
    try (Espalier espalier = start(last, last)) {
      RunSummary end = RunProbe.run(espalier, scenario);
      assertThat(end.getState()).isEqualTo(RunState.RUN_STATE_SUCCEEDED);
      return RunProbe.events(espalier.store().get(end.getRun()));
    }
  }

  @Test
  void aTrainingThatSaysSoMayEndEarly() {
    List<RunEvent> events =
        events(8, Scenarios.of(folder, Scenarios.train("train", 12), Scenarios.export("small")));
    assertThat(events.stream().filter(RunEvent::hasStep)).hasSize(8);
    assertThat(events.stream().filter(RunEvent::hasLog).map(RunEvent::getLog).map(Log::getMessage))
        .contains("training ended early at step 8 of 12: nothing got better");
  }

  @Test
  void aPruningMayEndEarlyOnceItsScheduleIsThrough() {
    List<RunEvent> events = events(10, Scenarios.of(folder, Scenarios.prune("prune", 12, 0.5)));
    assertThat(events.stream().filter(RunEvent::hasStep)).hasSize(10);
  }

  @Test
  void aPruningMayNotEndBeforeItsSchedule() {
    Failure failure = failure(3, 3, Scenarios.of(folder, Scenarios.prune("prune", 12, 0.5)));
    assertThat(failure.getCode()).isEqualTo(FailureCode.FAILURE_CODE_USAGE);
    assertThat(failure.getMessage())
        .contains("ended early at step 3", "nothing got better", "still prunes at step");
  }

  @Test
  void anEarlyEndAtAnotherStepThanTheLastIsCaught() {
    Failure failure = failure(5, 4, Scenarios.of(folder, Scenarios.train("train", 12)));
    assertThat(failure.getCode()).isEqualTo(FailureCode.FAILURE_CODE_PLUGIN);
    assertThat(failure.getMessage()).contains("ends early at step 4, after step 5 of 12");
  }

  @Test
  void anEarlyEndAtTheHorizonIsCaught() {
    Failure failure = failure(12, 12, Scenarios.of(folder, Scenarios.train("train", 12)));
    assertThat(failure.getMessage()).contains("ends early at step 12, after step 12 of 12");
  }
}
