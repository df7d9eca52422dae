package io.espalier.testkit;

import io.espalier.proto.LayerShare;
import io.espalier.proto.LayerSparsity;
import io.espalier.proto.RunEvent;
import io.espalier.proto.RunFinished;
import io.espalier.proto.RunStarted;
import io.espalier.proto.RunState;
import io.espalier.proto.StageFinished;
import io.espalier.proto.StageInfo;
import io.espalier.proto.StageStarted;
import io.espalier.proto.Step;
import io.espalier.runtime.EventLog;
import io.espalier.runtime.RunFolder;
import io.espalier.runtime.RunStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;

/** A finished run of any length that nobody had to wait for: its events are made up. */
public final class LongRun {
  private static final String SCENARIO =
      """
      {"espalier": 1, "name": "long", "dataset": "digits", "model": {"builder": "tutorial-cnn"},
       "stages": [{"name": "train", "kind": "evaluate"}]}
      """;

  /** Steps from one look at the layers to the next. */
  private static final int LAYERS_EVERY = 1_000;

  private LongRun() {}

  /**
   * Writes the folder of a run.
   *
   * @param id of the run
   * @param steps that it tells of; every thousandth is followed by the sparsity of a layer
   * @throws UncheckedIOException if the folder cannot be written
   */
  public static RunFolder write(RunStore store, String id, int steps) {
    RunFolder folder = store.create(id);
    try {
      Files.writeString(folder.scenario(), SCENARIO);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    try (EventLog log = EventLog.open(folder.events(), id)) {
      StageInfo stage = StageInfo.newBuilder().setName("train").setKind("train").build();
      log.append(
          RunEvent.newBuilder()
              .setRunStarted(
                  RunStarted.newBuilder()
                      .setScenario("long")
                      .setDataset("digits")
                      .setSeed("0")
                      .addStages(stage)));
      log.append(
          RunEvent.newBuilder()
              .setStageStarted(
                  StageStarted.newBuilder()
                      .setName("train")
                      .setKind("train")
                      .setTotalSteps(steps)));
      for (int step = 1; step <= steps; step++) {
        log.append(RunEvent.newBuilder().setStep(step(step, steps)));
        if (step % LAYERS_EVERY == 0) {
          log.append(RunEvent.newBuilder().setLayerSparsity(layers(step, steps)));
        }
      }
      log.append(
          RunEvent.newBuilder()
              .setStageFinished(StageFinished.newBuilder().setName("train").setKind("train")));
      log.append(
          RunEvent.newBuilder()
              .setRunFinished(RunFinished.newBuilder().setState(RunState.RUN_STATE_SUCCEEDED)));
    }
    return folder;
  }

  private static Step step(int step, int steps) {
    double done = (double) step / steps;
    double wave = Math.sin(step * 0.7) * 0.1;
    return Step.newBuilder()
        .setStep(step)
        .setEpoch(1 + step / LAYERS_EVERY)
        .setLoss(2.3 * Math.exp(-4 * done) + 0.15 + wave)
        .setAccuracy(0.95 - 0.85 * Math.exp(-6 * done) + wave / 4)
        .setLearningRate(1e-3 * (1 - done))
        .setSamplesPerSecond(10_000 + 20_000 * wave)
        .setSparsity(0.8 * done)
        .setTargetSparsity(0.8 * done)
        .build();
  }

  private static LayerSparsity layers(int step, int steps) {
    return LayerSparsity.newBuilder()
        .setStep(step)
        .addLayers(
            LayerShare.newBuilder()
                .setLayer("conv")
                .setWeights(10_000)
                .setZeros((int) (8_000L * step / steps)))
        .build();
  }
}
