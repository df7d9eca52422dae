package io.espalier.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.api.Model;
import io.espalier.api.Shape;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A long training takes no more memory than a short one. */
class LongTrainingTest {
  private static final int STEPS = 12_000;

  /** By then the compiler is through and every buffer was touched. */
  private static final int SETTLED = 3_000;

  private static final int MOST_KILOBYTES = 24 * 1024;

  @Test
  void takesNoMoreResidentMemoryAsItGoesOn() {
    Net net = new Net(Shape.of(1, 5, 5), 1);
    Model model = net.conv(3, 3, 3, false, Net.Window.PLAIN).normalise().relu().classifier(4);
    TrainingOptions options =
        new TrainingOptions(
            STEPS / 4,
            4,
            new OptimizerChoice.Adam(),
            new LearningRate(1e-4, LearningRate.Shape.CONSTANT, 0),
            0,
            0,
            2);
    List<Long> resident = new ArrayList<>();
    new Trainer("test", options)
        .train(
            Trainings.request(model, net.data(16, 4), Optional.empty()),
            (Trainings.Steps)
                (report, control) -> {
                  if (report.step() == SETTLED || report.step() == STEPS) {
                    resident.add(residentKilobytes());
                  }
                });
    assertThat(resident).hasSize(2);
    assertThat(resident.get(1) - resident.get(0)).isLessThan(MOST_KILOBYTES);
  }

  /** As Linux tells it, of this process, after what is not needed was collected. */
  private static long residentKilobytes() {
    System.gc();
    try {
      return Files.readAllLines(Path.of("/proc/self/status")).stream()
          .filter(line -> line.startsWith("VmRSS:"))
          .map(line -> line.replaceAll("\\D", ""))
          .mapToLong(Long::parseLong)
          .findFirst()
          .orElseThrow();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
