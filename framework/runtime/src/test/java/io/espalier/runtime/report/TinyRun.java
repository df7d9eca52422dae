package io.espalier.runtime.report;

import io.espalier.api.Shape;
import io.espalier.core.ContentHash;
import io.espalier.core.Encoding;
import io.espalier.proto.Exported;
import io.espalier.proto.RunEvent;
import io.espalier.proto.RunFinished;
import io.espalier.proto.RunResumed;
import io.espalier.proto.RunStarted;
import io.espalier.proto.RunState;
import io.espalier.proto.StageStarted;
import io.espalier.proto.Step;
import io.espalier.runtime.EventLog;
import io.espalier.runtime.RunFolder;
import io.espalier.runtime.RunStore;
import io.espalier.runtime.measure.ArrayDataset;
import io.espalier.runtime.measure.TinyOnnx;
import java.nio.file.Path;
import java.util.List;

/** A run folder made by hand: a data set of four samples, two classes, and Gemm models. */
final class TinyRun implements AutoCloseable {
  static final String NAME = "tiny";
  static final long SEED = 9_007_199_254_740_993L;

  /** Classifies three of the four samples right. */
  static final float[][] DENSE = {{1, 0.25f}, {0.5f, 1}};

  /** The same with half of its weights zero; all four right. */
  static final float[][] SPARSE = {{1, 0}, {0, 1}};

  static final ExportReader READER =
      (exported, file) -> new ExportReader.Content(Encoding.read(file), true);

  final RunFolder folder;
  final EventLog log;

  TinyRun(Path root) {
    folder = new RunStore(root).create("20260101-000000-tiny-abcd");
    log = EventLog.open(folder.events(), folder.id());
  }

  static ArrayDataset dataset() {
    float[][] samples = {{2, 1}, {1, 2}, {4, 3.5f}, {0, 1}};
    return new ArrayDataset(NAME, 2, Shape.of(2), samples, 0, 1, 0, 1);
  }

  void started(String scenario) {
    log.append(
        RunEvent.newBuilder()
            .setRunStarted(
                RunStarted.newBuilder()
                    .setScenario(scenario)
                    .setDataset(NAME)
                    .setSeed(Long.toString(SEED))));
  }

  void stage(int index, String name, int steps) {
    log.append(
        RunEvent.newBuilder()
            .setStageStarted(
                StageStarted.newBuilder().setIndex(index).setName(name).setTotalSteps(steps)));
  }

  void step(int stage, int step, double loss, double sparsity) {
    log.append(
        RunEvent.newBuilder()
            .setStep(
                Step.newBuilder()
                    .setStageIndex(stage)
                    .setStep(step)
                    .setLoss(loss)
                    .setAccuracy(1 - loss)
                    .setSparsity(sparsity)
                    .setTargetSparsity(sparsity)));
  }

  void resumed(int stage, int step) {
    log.append(
        RunEvent.newBuilder()
            .setRunResumed(RunResumed.newBuilder().setStageIndex(stage).setStep(step)));
  }

  void finished() {
    log.append(
        RunEvent.newBuilder()
            .setRunFinished(RunFinished.newBuilder().setState(RunState.RUN_STATE_SUCCEEDED)));
  }

  /** Writes a model and says so in the log. */
  Path exported(int stage, String name, double requested, List<String> clustered, byte[] model) {
    Path file = TinyOnnx.write(folder.model(name), model);
    log.append(
        RunEvent.newBuilder()
            .setExported(
                Exported.newBuilder()
                    .setStageIndex(stage)
                    .setName(name)
                    .setPath(folder.relative(file))
                    .setBytes(model.length)
                    .setSha256(ContentHash.sha256(model))
                    .setRequestedSparsity(requested)
                    .addAllClustered(clustered)));
    return file;
  }

  @Override
  public void close() {
    log.close();
  }
}
