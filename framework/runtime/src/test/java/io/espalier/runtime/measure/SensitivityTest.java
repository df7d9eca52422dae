package io.espalier.runtime.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.espalier.api.EspalierException;
import io.espalier.runtime.fake.FakeModels;
import io.espalier.runtime.report.SensitivityReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SensitivityTest {
  private static final Sensitivity KNOWN =
      new Sensitivity(
          1.0,
          List.of(0.5, 0.9),
          List.of(
              new Sensitivity.Curve("hardy", 300, List.of(1.0, 0.9)),
              new Sensitivity.Curve("touchy", 100, List.of(0.6, 0.2))));

  @Test
  void aTargetIsMetByPruningHardyLayersFurther() {
    List<Sensitivity.Share> shares = KNOWN.allocate(0.6);

    assertThat((shares.get(0).sparsity() * 300 + shares.get(1).sparsity() * 100) / 400)
        .isCloseTo(0.6, within(1e-9));
    assertThat(shares.get(0).sparsity()).isGreaterThan(shares.get(1).sparsity());
  }

  @Test
  void layersShareOneLevelOfAccuracy() {
    List<Sensitivity.Share> shares = KNOWN.allocate((0.7 * 300 + 0.0625 * 100) / 400);

    assertThat(shares.get(0).sparsity()).isCloseTo(0.7, within(1e-6));
    assertThat(shares.get(1).sparsity()).isCloseTo(0.0625, within(1e-6));
  }

  @Test
  void aTargetBeyondTheRatiosIsRefusedWithWhatIsPossible() {
    assertThatThrownBy(() -> KNOWN.allocate(0.95))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("beyond the largest ratio that was tried, 0.9");
    assertThatThrownBy(() -> KNOWN.allocate(Double.NaN)).isInstanceOf(EspalierException.class);
  }

  @Test
  void measuresEachLayerAtEachRatio() {
    List<String> told = new ArrayList<>();
    Sensitivity result =
        Sensitivity.measure(
            FakeModels.twoLayers(),
            FakeSplits.rising(40),
            FakeModels.CLASSES,
            List.of(0.25, 0.75),
            told::add);

    assertThat(result.layers()).extracting(Sensitivity.Curve::weights).containsExactly(80, 30);
    assertThat(result.layers()).allSatisfy(c -> assertThat(c.accuracies()).hasSize(2));
    assertThat(told).hasSize(2);
  }

  @Test
  void refusesRatiosThatDoNotRise() {
    assertThatThrownBy(
            () ->
                Sensitivity.measure(
                    FakeModels.twoLayers(),
                    FakeSplits.rising(4),
                    FakeModels.CLASSES,
                    List.of(0.5, 1.0),
                    line -> {}))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("ratios [0.5, 1.0] are not allowed");
  }

  @Test
  void thePageHasAChartAndTheAllocation(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("s.html");

    SensitivityReport.write(file, "net.onnx", KNOWN, KNOWN.allocate(0.5));

    assertThat(Files.readString(file))
        .contains("<svg", "touchy", "0.6000", "layers:", "opNames: [&quot;hardy&quot;]");
  }
}
