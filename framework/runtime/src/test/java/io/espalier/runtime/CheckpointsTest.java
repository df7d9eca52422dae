package io.espalier.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.api.Checkpoint;
import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.api.HistoryEntry;
import io.espalier.api.Model;
import io.espalier.runtime.fake.FakeModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointsTest {
  private final Model initial = FakeModels.twoLayers();
  private final Model trained = initial.withHistory(new HistoryEntry("a", "train", "x", "y"));
  private final RunFolder folder;
  private final Checkpoints checkpoints;

  CheckpointsTest(@TempDir Path root) {
    folder = new RunStore(root).create("r1");
    checkpoints = new Checkpoints(folder);
    checkpoints.saveInitial(initial);
  }

  private Checkpoint training(Model model, int step) {
    return new Checkpoint("walk", step, model, List.of(), Map.of("rate", 0.5));
  }

  @Test
  void aNewRunIsAtItsStart() {
    Checkpoints.Position position = checkpoints.last(3);
    assertThat(position.stage()).isZero();
    assertThat(position.step()).isZero();
    assertThat(position.model()).isEqualTo(initial);
  }

  @Test
  void aTrainingGoesOnWhereItWas() {
    checkpoints.saveTraining(0, training(initial, 4));
    checkpoints.saveTraining(0, training(initial, 8));
    Checkpoints.Position position = checkpoints.last(3);
    assertThat(position.step()).isEqualTo(8);
    assertThat(position.training()).contains(training(initial, 8));
  }

  @Test
  void aFinishedStageMakesItsTrainingVoid() {
    checkpoints.saveTraining(0, training(initial, 8));
    checkpoints.saveStage(0, trained);
    Checkpoints.Position position = checkpoints.last(3);
    assertThat(position.stage()).isEqualTo(1);
    assertThat(position.training()).isEmpty();
    assertThat(position.model()).isEqualTo(trained);
  }

  @Test
  void aTrainingThatStayedBehindIsNotTakenForTheNextStage() {
    checkpoints.saveStage(0, trained);
    checkpoints.saveTraining(0, training(initial, 8));
    assertThat(checkpoints.last(3).stage()).isEqualTo(1);
    assertThat(checkpoints.last(3).training()).isEmpty();
  }

  @Test
  void allStagesMayBeFinished() {
    checkpoints.saveStage(0, initial);
    checkpoints.saveStage(1, trained);
    assertThat(checkpoints.last(2).stage()).isEqualTo(2);
  }

  @Test
  void aBrokenFileMeansAnEarlierPosition() throws IOException {
    checkpoints.saveStage(0, trained);
    Files.write(folder.checkpoints().resolve("stage-1.model"), new byte[] {1, 2, 3});
    Files.write(folder.checkpoints().resolve("stage-1.training"), new byte[] {1, 2, 3});
    Checkpoints.Position position = checkpoints.last(3);
    assertThat(position.stage()).isEqualTo(1);
    assertThat(position.training()).isEmpty();
  }

  @Test
  void withoutAStartNothingCanBeResumed() throws IOException {
    Path start = folder.checkpoints().resolve("initial.model");
    Files.delete(start);
    assertThatThrownBy(() -> checkpoints.last(1))
        .isInstanceOfSatisfying(
            EspalierException.class, e -> assertThat(e.code()).isEqualTo(FailureCode.IO))
        .hasMessageContaining(start.toString());
  }
}
