package io.espalier.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.espalier.api.Progress;
import io.espalier.core.ContentHash;
import io.espalier.core.Inspection;
import io.espalier.core.OnnxFormat;
import io.espalier.proto.RunEvent;
import io.espalier.proto.RunState;
import io.espalier.runtime.Espalier;
import io.espalier.runtime.plugin.Plugins;
import io.espalier.runtime.scenario.Scenario;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Every pruner in a whole run with the real trainer: it gets exactly as far as asked, the model
 * still tells digits apart, and a run that was cut off in training ends with the same bytes.
 */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class PrunersIT {
  private static final double SPARSITY = 0.6;
  private static final double ROUNDING = 1e-4;
  private static final double GOOD = 0.7;
  private static final int CHECKPOINT_STEPS = 6;

  private static final String TUNE = "fineTuner: {id: jvm, parameters: {epochs: 1, batchSize: 64}}";

  private static final String WHILE_TRAINING =
      """
          scheduler: {id: polynomial, parameters: {initialSparsity: 0.2, finalSparsity: 0.6, begin: 4, end: 16, frequency: 4}}
          calibration: {samples: 64}
          %s
      """
          .formatted(TUNE);

  private static final String AT_ONCE =
      """
          sparsity: 0.6
          calibration: {samples: 64}
        - name: tune
          kind: fine-tune
          %s
      """
          .formatted(TUNE);

  private static final String IN_ROUNDS =
      """
          sparsity: 0.6
          rounds: 2
          %s
      """
          .formatted(TUNE);

  /** The baseline and what learns its scores in so few steps cost accuracy; the others do not. */
  enum Case {
    RANDOM("random", WHILE_TRAINING, 0),
    TAYLOR("{id: gradient, parameters: {criterion: taylor}}", WHILE_TRAINING, GOOD),
    SNIP_MOMENTUM("{id: gradient, parameters: {criterion: snip-momentum}}", WHILE_TRAINING, GOOD),
    MOVEMENT("movement", WHILE_TRAINING, 0),
    WANDA("wanda", AT_ONCE, GOOD),
    SPARSE_GPT("sparsegpt", "    allocation: global\n" + AT_ONCE, GOOD),
    LOTTERY_TICKET("lottery-ticket", IN_ROUNDS, GOOD);

    private final String pruner;
    private final String rest;
    private final double accuracy;

    Case(String pruner, String rest, double accuracy) {
      this.pruner = pruner;
      this.rest = rest;
      this.accuracy = accuracy;
    }

    private String scenario(Path base) {
      return """
      name: pruners
      seed: 5
      dataset: digits
      model: {file: %s}
      stages:
        - name: prune
          kind: prune
          pruner: %s
      %s  - {name: pruned, kind: export}
      """
          .formatted(base, pruner, rest);
    }
  }

  @TempDir private static Path shared;
  private static Path base = Path.of("");
  private static Plugins plugins = Plugins.load(Distribution.built().plugins());

  @TempDir private Path work;

  @BeforeAll
  static void train() {
    Path start = shared.resolve("start.onnx");
    base = shared.resolve("base.onnx");
    Invocation.of("new", "lenet-5", "-o", start);
    Invocation trained =
        Invocation.of(
            "train",
            start,
            "--dataset",
            "digits",
            "--epochs",
            3,
            "--batch-size",
            64,
            "--out",
            shared.resolve("runs"),
            "-o",
            base);
    assertThat(trained.code()).as(trained.err()).isZero();
  }

  @AfterAll
  static void unload() {
    plugins.close();
  }

  private static Espalier start(Path runs) {
    return Espalier.start(
        new Espalier.Options(
                runs, plugins, runs.resolve("cache"), Optional.empty(), false, Progress.NONE)
            .withCheckpointSteps(CHECKPOINT_STEPS));
  }

  /** Waits for an event; fails if the run ends before. */
  private static RunEvent await(Espalier espalier, String run, Predicate<RunEvent> wanted)
      throws InterruptedException {
    int next = 1;
    while (true) {
      List<RunEvent> events = espalier.events(run, next, 1000).getEventsList();
      for (RunEvent event : events) {
        if (wanted.test(event)) {
          return event;
        }
        assertThat(event.hasFailure() || event.hasRunFinished()).as(event.toString()).isFalse();
        next = event.getSeq() + 1;
      }
      if (events.isEmpty()) {
        TimeUnit.MILLISECONDS.sleep(2);
      }
    }
  }

  private static void finish(Espalier espalier, String run) throws InterruptedException {
    RunEvent end = await(espalier, run, RunEvent::hasRunFinished);
    assertThat(end.getRunFinished().getState()).isEqualTo(RunState.RUN_STATE_SUCCEEDED);
  }

  private static double accuracy(Espalier espalier, String run) {
    return RunResult.read(espalier.store().get(run))
        .measurements()
        .orElseThrow()
        .stages()
        .get(0)
        .accuracy();
  }

  @ParameterizedTest
  @EnumSource(Case.class)
  void prunesTrainsAndResumes(Case pruner) throws Exception {
    Scenario scenario = Scenario.parse(pruner.scenario(base), "pruners.yaml", work);
    Path whole;
    try (Espalier espalier = start(work.resolve("whole"))) {
      String run = espalier.submit(scenario);
      finish(espalier, run);
      whole = espalier.store().get(run).model("pruned");
      double zeros = Inspection.of(new OnnxFormat().read(whole)).sparsity();
      if (pruner == Case.MOVEMENT) {
        // A weight that no sample moves stays zero after it was cut, though it is kept later.
        assertThat(zeros).isGreaterThan(SPARSITY - ROUNDING);
      } else {
        assertThat(zeros).isCloseTo(SPARSITY, within(ROUNDING));
      }
      assertThat(accuracy(espalier, run)).isGreaterThanOrEqualTo(pruner.accuracy);
    }

    Path runs = work.resolve("cut-off");
    String run;
    try (Espalier espalier = start(runs)) {
      run = espalier.submit(scenario);
      await(
          espalier,
          run,
          event ->
              event.hasCheckpointed() && event.getCheckpointed().getStep() == CHECKPOINT_STEPS);
    }
    try (Espalier espalier = start(runs)) {
      Path pruned = espalier.store().get(run).model("pruned");
      assertThat(pruned).doesNotExist();
      espalier.resume(run);
      finish(espalier, run);
      assertThat(ContentHash.sha256(pruned)).isEqualTo(ContentHash.sha256(whole));
    }
  }
}
