package io.espalier.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.api.Clusterer;
import io.espalier.api.Codebook;
import io.espalier.api.Description;
import io.espalier.api.Edit;
import io.espalier.api.EspalierException;
import io.espalier.api.FineTuner;
import io.espalier.api.Mask;
import io.espalier.api.Model;
import io.espalier.api.Plan;
import io.espalier.api.PruneRequest;
import io.espalier.api.Pruner;
import io.espalier.api.TrainingListener;
import io.espalier.core.ExactSelector;
import io.espalier.proto.Failure;
import io.espalier.proto.FailureCode;
import io.espalier.proto.RunEvent;
import io.espalier.proto.RunState;
import io.espalier.proto.RunSummary;
import io.espalier.runtime.fake.FakeCatalog;
import io.espalier.runtime.fake.FakeClusterer;
import io.espalier.runtime.fake.FakeFineTuner;
import io.espalier.runtime.fake.FakePruner;
import io.espalier.runtime.fake.Scenarios;
import io.espalier.runtime.fake.StepHook;
import io.espalier.runtime.scenario.Scenario;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever goes wrong in a stage ends that run, typed and with its place, and nothing else. */
class RunFailureTest {
  @TempDir Path folder;

  private Path runs() {
    return folder.resolve("runs");
  }

  /** Runs a scenario that fails, then one that does not; returns the failure of the first. */
  private Failure failure(FakeCatalog catalog, Scenario scenario) {
    try (Espalier espalier = RunProbe.start(runs(), catalog)) {
      RunSummary end = RunProbe.run(espalier, scenario);
      assertThat(end.getState()).isEqualTo(RunState.RUN_STATE_FAILED);
      Failure failure = RunProbe.await(espalier.failure(end.getRun())).orElseThrow();
      RunSummary next =
          RunProbe.run(espalier, Scenarios.of(folder, Scenarios.evaluate("evaluate")));
      assertThat(next.getState()).isEqualTo(RunState.RUN_STATE_SUCCEEDED);
      return failure;
    }
  }

  private Failure loggedFailure(FakeCatalog catalog, Scenario scenario) {
    Failure failure = failure(catalog, scenario);
    RunStore store = new RunStore(runs());
    List<RunEvent> events =
        store.list().stream()
            .map(RunProbe::events)
            .filter(log -> log.stream().anyMatch(RunEvent::hasFailure))
            .findFirst()
            .orElseThrow();
    assertThat(events.get(events.size() - 2).getFailure()).isEqualTo(failure);
    assertThat(events.get(events.size() - 1).getRunFinished().getState())
        .isEqualTo(RunState.RUN_STATE_FAILED);
    return failure;
  }

  private Scenario training() {
    return Scenarios.of(folder, Scenarios.train("train", 12));
  }

  private Scenario pruning() {
    return Scenarios.of(folder, Scenarios.prune("prune", 12, 0.5));
  }

  private static FakeCatalog pruner(UnaryOperator<Plan> spoil) {
    return FakeCatalog.plain()
        .with(
            Pruner.class,
            FakePruner.ID,
            () ->
                new Pruner() {
                  @Override
                  public Description description() {
                    return new FakePruner().description();
                  }

                  @Override
                  public Plan plan(PruneRequest request) {
                    return spoil.apply(new FakePruner().plan(request));
                  }
                });
  }

  private interface Training {
    Model train(FakeFineTuner tuner, FineTuner.Request request, TrainingListener listener);
  }

  private static FakeCatalog fineTuner(Training training) {
    return FakeCatalog.plain().with(FineTuner.class, FakeFineTuner.ID, () -> new Spoilt(training));
  }

  private static final class Spoilt implements FineTuner {
    private final FakeFineTuner tuner = new FakeFineTuner(StepHook.NONE);
    private final Training training;

    Spoilt(Training training) {
      this.training = training;
    }

    @Override
    public Description description() {
      return tuner.description();
    }

    @Override
    public io.espalier.api.Horizon horizon(
        io.espalier.api.Dataset dataset, io.espalier.api.Parameters parameters) {
      return tuner.horizon(dataset, parameters);
    }

    @Override
    public Model fineTune(Request request, TrainingListener listener) {
      return training.train(tuner, request, listener);
    }
  }

  @Test
  void anErrorInAPluginNamesExtensionAndStage() {
    FakeCatalog catalog =
        FakeCatalog.withHook(
            step -> {
              if (step == 5) {
                throw new NoClassDefFoundError("org/missing/Helper");
              }
            });
    Failure failure = loggedFailure(catalog, training());
    assertThat(failure.getCode()).isEqualTo(FailureCode.FAILURE_CODE_PLUGIN);
    assertThat(failure.getStage()).isEqualTo("train");
    assertThat(failure.getMessage())
        .contains("fine-tuner 'fake-walk' of stage 'train'")
        .contains("org/missing/Helper");
  }

  @Test
  void anExceptionInAPrunerIsNotBlamedOnTheFineTuner() {
    Failure failure =
        loggedFailure(
            pruner(
                plan -> {
                  throw new IllegalStateException("lost count");
                }),
            pruning());
    assertThat(failure.getCode()).isEqualTo(FailureCode.FAILURE_CODE_PLUGIN);
    assertThat(failure.getMessage()).contains("pruner 'fake-magnitude' of stage 'prune'");
    assertThat(failure.getCause()).contains("lost count");
  }

  @Test
  void aTypedFailureOfAPluginStaysWhatItIs() {
    FakeCatalog catalog =
        FakeCatalog.withHook(
            step -> {
              throw new EspalierException(
                  io.espalier.api.FailureCode.NUMERIC, "loss is NaN at step " + step);
            });
    Failure failure = failure(catalog, training());
    assertThat(failure.getCode()).isEqualTo(FailureCode.FAILURE_CODE_NUMERIC);
    assertThat(failure.getMessage()).isEqualTo("loss is NaN at step 1");
  }

  @Test
  void anEndlessMessageIsShortened() {
    FakeCatalog catalog =
        FakeCatalog.withHook(
            step -> {
              throw new IllegalStateException("x".repeat(5_000_000));
            });
    assertThat(loggedFailure(catalog, training()).getMessage()).hasSizeLessThan(5000);
  }

  @Test
  void aPrunerThatKeepsTooManyIsCaughtAtOnce() {
    Failure failure =
        failure(
            pruner(
                plan ->
                    new Plan(
                        plan.author(),
                        plan.edits().stream()
                            .<Edit>map(
                                edit ->
                                    new Edit.MaskWeights(
                                        Mask.all(
                                            edit.tensor(),
                                            ((Edit.MaskWeights) edit).mask().shape())))
                            .toList())),
            pruning());
    assertThat(failure.getCode()).isEqualTo(FailureCode.FAILURE_CODE_PLUGIN);
    assertThat(failure.getMessage())
        .contains("layer 'first'")
        .contains("keeps 80 of 80")
        .contains("keep " + ExactSelector.kept(80, 0.125));
  }

  @Test
  void aPrunerThatForgetsALayerIsCaught() {
    Failure failure =
        failure(pruner(plan -> new Plan(plan.author(), plan.edits().subList(0, 1))), pruning());
    assertThat(failure.getMessage()).contains("layer 'second'");
  }

  @Test
  void aFineTunerThatStopsShortIsCaught() {
    Failure failure =
        failure(
            fineTuner(
                (tuner, request, listener) -> {
                  tuner.fineTune(request, new Stopping(listener));
                  return request.model();
                }),
            pruning());
    assertThat(failure.getCode()).isEqualTo(FailureCode.FAILURE_CODE_PLUGIN);
    assertThat(failure.getMessage()).contains("made 3 of 12 steps");
  }

  /** Ends a training after its third step. */
  private record Stopping(TrainingListener listener) implements TrainingListener {
    @Override
    public void onBegin(int step, io.espalier.api.TrainingControl control) {
      listener.onBegin(step, control);
    }

    @Override
    public void onStep(io.espalier.api.StepReport report, io.espalier.api.TrainingControl control) {
      listener.onStep(report, control);
      if (report.step() == 3) {
        control.stop();
      }
    }

    @Override
    public void onMetric(String subject, String metric, double value, int step) {
      listener.onMetric(subject, metric, value, step);
    }
  }

  @Test
  void zerosThatCameBackFailVerification() {
    Failure failure =
        loggedFailure(
            fineTuner(
                (tuner, request, listener) -> {
                  Model trained = tuner.fineTune(request, listener);
                  return trained.withTensors(List.of(request.model().tensor("first.weight")));
                }),
            pruning());
    assertThat(failure.getCode()).isEqualTo(FailureCode.FAILURE_CODE_VERIFICATION);
    assertThat(failure.getMessage()).contains("first.weight");
  }

  @Test
  void aLostMaskFailsVerification() {
    Failure failure =
        failure(
            fineTuner(
                (tuner, request, listener) -> {
                  Model trained = tuner.fineTune(request, listener);
                  return Model.of(trained.graph(), trained.tensors().values());
                }),
            pruning());
    assertThat(failure.getCode()).isEqualTo(FailureCode.FAILURE_CODE_VERIFICATION);
    assertThat(failure.getMessage()).contains("layer 'first' keeps 80 of 80");
  }

  @Test
  void aClustererThatAnswersForAnotherTensorIsCaught() {
    FakeCatalog catalog =
        FakeCatalog.plain()
            .with(
                Clusterer.class,
                FakeClusterer.ID,
                () ->
                    new Clusterer() {
                      @Override
                      public Description description() {
                        return new FakeClusterer().description();
                      }

                      @Override
                      public Codebook cluster(Request request) {
                        Codebook right = new FakeClusterer().cluster(request);
                        return new Codebook(
                            "other", right.shape(), right.values(), right.indices(), right.zero());
                      }
                    });
    Failure failure = failure(catalog, Scenarios.of(folder, Scenarios.cluster("cluster")));
    assertThat(failure.getCode()).isEqualTo(FailureCode.FAILURE_CODE_PLUGIN);
    assertThat(failure.getMessage()).contains("clusterer 'fake-signs'").contains("other");
  }

  @Test
  void aFolderThatCannotBeWrittenAnyMoreIsNamed() {
    FakeCatalog catalog =
        FakeCatalog.withHook(
            step -> {
              if (step == 2) {
                blockCheckpoints();
              }
            });
    Failure failure = failure(catalog, training());
    assertThat(failure.getCode()).isEqualTo(FailureCode.FAILURE_CODE_IO);
    assertThat(failure.getMessage())
        .contains(Path.of("checkpoints", "stage-0.training").toString());
  }

  private Path checkpoints() {
    return new RunStore(runs()).list().get(0).checkpoints();
  }

  private void blockCheckpoints() {
    Path checkpoints = checkpoints();
    try (Stream<Path> files = Files.list(checkpoints)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
      Files.delete(checkpoints);
      Files.writeString(checkpoints, "in the way");
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void aRunWhoseLogCannotBeWrittenStillEnds() throws Exception {
    CountDownLatch blocked = new CountDownLatch(1);
    FakeCatalog catalog = FakeCatalog.withHook(step -> waitFor(blocked));
    try (Espalier espalier = RunProbe.start(runs(), catalog)) {
      espalier.submit(training());
      String second = espalier.submit(training());
      Path events = espalier.store().get(second).events();
      Files.createDirectory(events);
      blocked.countDown();

      assertThat(RunProbe.end(espalier, second).getState()).isEqualTo(RunState.RUN_STATE_FAILED);
      Failure failure = RunProbe.await(espalier.failure(second)).orElseThrow();
      assertThat(failure.getCode()).isEqualTo(FailureCode.FAILURE_CODE_IO);
      assertThat(failure.getMessage()).contains(events.toString());
    }
  }

  private static void waitFor(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new EspalierException(io.espalier.api.FailureCode.CANCELLED, "interrupted", e);
    }
  }
}
