package io.espalier.runtime.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.runtime.report.StageMeasurement.Bytes;
import io.espalier.runtime.report.StageMeasurement.LatencyMicros;
import io.espalier.runtime.report.StageMeasurement.LayerMeasurement;
import java.util.List;
import org.junit.jupiter.api.Test;

class CutSummaryTest {
  private static StageMeasurement stage(
      String name, double accuracy, double micros, long parameters, List<Long> shape) {
    LayerMeasurement layer = new LayerMeasurement("conv", "Conv", "w", shape, 1, 0, 0, 1);
    return new StageMeasurement(
        name,
        accuracy,
        0.1,
        0,
        0,
        1,
        parameters,
        parameters,
        new Bytes(1, 1),
        new LatencyMicros(micros, micros, 1, 1),
        name + ".onnx",
        "",
        1,
        1,
        List.of(),
        List.of(layer),
        null);
  }

  private static CutSummary summary(StageMeasurement before, StageMeasurement after) {
    return new CutSummary(before, List.of(before, after), after);
  }

  private static final StageMeasurement DENSE = stage("dense", 0.9, 200, 100, List.of(16L, 3L));

  @Test
  void saysHowMuchFasterItBecame() {
    StageMeasurement cut = stage("cut", 0.89, 90, 50, List.of(8L, 3L));

    assertThat(summary(DENSE, cut).verdict())
        .isEqualTo(
            "Verdict: faster: one inference of 'cut' takes 0.45 of the time of 'dense' (90.0 µs, was 200.0 µs; ONNX Runtime, one thread).");
  }

  @Test
  void saysSoWhenNothingIsGainedAndWhatWouldHelp() {
    StageMeasurement cut = stage("cut", 0.89, 204, 50, List.of(13L, 3L));

    assertThat(summary(DENSE, cut).verdict())
        .startsWith("Verdict: no gain in latency: one inference of 'cut' takes 1.02 of the time")
        .contains("1 of 1 cut layers have channels that are no multiple of 8 (such as conv)")
        .contains("roundTo: 8");
  }

  @Test
  void showsShapesAccuracyAndLatencyBeforeAndAfter() {
    CutSummary summary = summary(DENSE, stage("cut", 0.89, 90, 50, List.of(8L, 3L)));

    assertThat(summary.models().rows())
        .containsExactly(
            List.of("dense", "100", "90.00 %", "0.00 pp", "200.0 µs", "1.00"),
            List.of("cut", "50", "89.00 %", "-1.00 pp", "90.0 µs", "0.45"));
    assertThat(summary.layers().rows()).containsExactly(List.of("conv", "16x3", "8x3"));
  }
}
