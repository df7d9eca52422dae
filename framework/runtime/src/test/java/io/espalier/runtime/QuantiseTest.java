package io.espalier.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.api.DataType;
import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.api.Model;
import io.espalier.core.Encoding;
import io.espalier.core.ExactSelector;
import io.espalier.core.Inspection;
import io.espalier.proto.RunState;
import io.espalier.proto.RunSummary;
import io.espalier.runtime.fake.FakeCatalog;
import io.espalier.runtime.fake.Scenarios;
import io.espalier.runtime.measure.ModelSizes;
import io.espalier.runtime.report.Measurements;
import io.espalier.runtime.scenario.Scenario;
import io.espalier.runtime.scenario.StageKind;
import io.espalier.runtime.scenario.StageKind.Role;
import io.espalier.runtime.scenario.StageSpec;
import io.espalier.runtime.scenario.Use;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Quantisation as a last stage, and exports in every encoding. */
class QuantiseTest {
  private final Path folder;
  private final Espalier espalier;

  QuantiseTest(@TempDir Path folder) {
    this.folder = folder;
    this.espalier = RunProbe.start(folder.resolve("runs"), FakeCatalog.plain());
  }

  @AfterEach
  void close() {
    espalier.close();
  }

  private static StageSpec quantise(String name) {
    return new StageSpec(name, StageKind.QUANTISE, Map.of());
  }

  private static StageSpec export(Encoding encoding) {
    return new StageSpec(
        encoding.id(), StageKind.EXPORT, Map.of(Role.EXPORTER, Use.of(encoding.id())));
  }

  private RunFolder run(StageSpec... stages) {
    RunSummary end = RunProbe.run(espalier, Scenarios.of(folder, stages));
    assertThat(end.getState()).isEqualTo(RunState.RUN_STATE_SUCCEEDED);
    return espalier.store().get(end.getRun());
  }

  @Test
  void pruningClusteringAndQuantisingKeepEveryZeroInTheFile() throws IOException {
    RunFolder run =
        run(
            Scenarios.prune("prune", 12, 0.7),
            Scenarios.cluster("cluster"),
            Scenarios.export("floats"),
            quantise("int8"),
            Scenarios.evaluate("test"),
            Scenarios.export("small"));

    Model floats = Encoding.read(run.model("floats"));
    Model small = Encoding.read(run.model("small"));
    for (String weight : List.of("first.weight", "second.weight")) {
      float[] before = floats.tensor(weight).toFloatArray();
      assertThat(small.tensor(weight).type()).isEqualTo(DataType.INT8);
      for (int i = 0; i < before.length; i++) {
        assertThat(small.tensor(weight).bytes().get(i) == 0).isEqualTo(before[i] == 0);
      }
    }
    assertThat(Inspection.of(small).layers())
        .allSatisfy(
            row ->
                assertThat(row.zeros())
                    .isEqualTo(row.weights() - ExactSelector.kept((int) row.weights(), 0.7)));
    Measurements measured =
        Measurements.parse(Files.readString(run.measurements()), "measurements");
    assertThat(measured.stages().get(1).achievedSparsity())
        .isEqualTo(measured.stages().get(0).achievedSparsity());
    assertThat(measured.stages().get(1).uniqueValues()).isEqualTo(3);
  }

  @Test
  void everyExporterWritesTheSameModelAndIsMeasured() throws IOException {
    RunFolder run =
        run(
            Scenarios.prune("prune", 12, 0.7),
            Scenarios.cluster("cluster"),
            export(Encoding.ONNX),
            export(Encoding.SPARSE_ONNX),
            export(Encoding.CODEBOOK_ONNX),
            export(Encoding.CONTAINER));

    Measurements measured =
        Measurements.parse(Files.readString(run.measurements()), "measurements");
    assertThat(measured.stages()).hasSize(4);
    assertThat(measured.stages())
        .extracting(stage -> stage.loss())
        .containsOnly(measured.stages().get(0).loss());
    assertThat(measured.stages().get(3).model()).isEqualTo("models/espalier.espalier");
    assertThat(measured.stages().get(3).bytes().onnx())
        .isEqualTo(Files.size(run.model("espalier", ".espalier")));
    assertThat(measured.stages())
        .allSatisfy(
            stage ->
                assertThat(Optional.ofNullable(stage.sizes()).map(ModelSizes::espalier))
                    .hasValue(Files.size(run.model("espalier", ".espalier"))));
  }

  @Test
  void refusesToTrainAfterIt() {
    Scenario scenario = Scenarios.of(folder, quantise("int8"), Scenarios.fineTune("tune", 4));

    assertThatThrownBy(() -> espalier.submit(scenario))
        .isInstanceOfSatisfying(
            EspalierException.class, e -> assertThat(e.code()).isEqualTo(FailureCode.USAGE))
        .hasMessage(
            "stages[1].kind: 'fine-tune' cannot come after 'int8', which quantises (allowed: evaluate, export)");
  }
}
