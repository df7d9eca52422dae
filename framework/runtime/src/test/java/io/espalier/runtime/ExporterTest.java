package io.espalier.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.api.Description;
import io.espalier.api.EspalierException;
import io.espalier.api.Exporter;
import io.espalier.api.FailureCode;
import io.espalier.api.Model;
import io.espalier.api.Parameter;
import io.espalier.api.Parameters;
import io.espalier.api.Tensor;
import io.espalier.core.Encoding;
import io.espalier.core.OnnxFormat;
import io.espalier.proto.Failure;
import io.espalier.proto.RunState;
import io.espalier.proto.RunSummary;
import io.espalier.runtime.fake.FakeCatalog;
import io.espalier.runtime.fake.FakeModels;
import io.espalier.runtime.fake.Scenarios;
import io.espalier.runtime.report.Measurements;
import io.espalier.runtime.report.StageMeasurement;
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

/** Exporters of plugins: what the host makes of their files. */
class ExporterTest {
  private final Path folder;
  private final FakeCatalog catalog =
      FakeCatalog.plain()
          .with(Exporter.class, "neither", () -> new Shelf("neither", false, false))
          .with(Exporter.class, "run", () -> new Shelf("run", false, true))
          .with(Exporter.class, "read", () -> new Shelf("read", true, false));
  private final Espalier espalier;

  ExporterTest(@TempDir Path folder) {
    this.folder = folder;
    this.espalier = RunProbe.start(folder.resolve("runs"), catalog);
  }

  @AfterEach
  void close() {
    espalier.close();
  }

  private Scenario scenario(String exporter, double shift) {
    StageSpec export =
        new StageSpec(
            "out",
            StageKind.EXPORT,
            Map.of(Role.EXPORTER, new Use(exporter, Map.of("shift", shift))));
    return Scenarios.of(
        folder, Scenarios.prune("prune", 12, 0.7), Scenarios.export("plain"), export);
  }

  private List<StageMeasurement> measured(String exporter) throws IOException {
    RunSummary end = RunProbe.run(espalier, scenario(exporter, 0));
    assertThat(end.getState()).isEqualTo(RunState.RUN_STATE_SUCCEEDED);
    Path file = espalier.store().get(end.getRun()).measurements();
    return Measurements.parse(Files.readString(file), "measurements").stages();
  }

  private Failure failure(String exporter, double shift) {
    RunSummary end = RunProbe.run(espalier, scenario(exporter, shift));
    assertThat(end.getState()).isEqualTo(RunState.RUN_STATE_FAILED);
    return RunProbe.await(espalier.failure(end.getRun())).orElseThrow();
  }

  @Test
  void aFileThatIsReadBackIsMeasuredLikeAnyOther() throws IOException {
    List<StageMeasurement> stages = measured("read");

    assertThat(stages.get(1).model()).isEqualTo("models/out.shelf");
    assertThat(stages.get(1).accuracy()).isEqualTo(stages.get(0).accuracy());
    assertThat(stages.get(1).loss()).isEqualTo(stages.get(0).loss());
    assertThat(stages.get(1).achievedSparsity()).isEqualTo(stages.get(0).achievedSparsity());
    assertThat(stages.get(1).bytes().onnx()).isNotEqualTo(stages.get(0).bytes().onnx());
  }

  @Test
  void aFileThatIsReadBackIsAModelToStartFrom() {
    Path file = folder.resolve("net.shelf");
    Encoding.CONTAINER.format().write(FakeModels.twoLayers(), file);

    assertThat(ModelFiles.read(catalog, file).tensors())
        .isEqualTo(FakeModels.twoLayers().tensors());
  }

  @Test
  void aFileThatOnlyRunsIsHeldAgainstTheModelsOutputs() throws IOException {
    List<StageMeasurement> stages = measured("run");

    assertThat(stages.get(1).accuracy()).isEqualTo(stages.get(0).accuracy());
    assertThat(stages.get(1).latencyMicros().p50()).isPositive();
  }

  @Test
  void aChangedWeightFailsTheRun() {
    Failure failure = failure("read", 0.5);

    assertThat(failure.getCode())
        .isEqualTo(io.espalier.proto.FailureCode.FAILURE_CODE_VERIFICATION);
    assertThat(failure.getMessage())
        .contains("'first.bias' is not the same in the file that exporter 'read' wrote");
  }

  @Test
  void otherOutputsFailTheRun() {
    Failure failure = failure("run", 0.5);

    assertThat(failure.getMessage()).contains("gives other outputs than the model");
  }

  @Test
  void aFileThatCanBeNeitherReadNorRunFailsTheRun() {
    Failure failure = failure("neither", 0);

    assertThat(failure.getMessage())
        .contains("exporter 'neither' of stage 'out' writes files that it does not read");
  }

  @Test
  void anExporterThatIsNotThereIsRefusedBeforeTheRun() {
    StageSpec export =
        new StageSpec("out", StageKind.EXPORT, Map.of(Role.EXPORTER, Use.of("stone-tablet")));

    assertThatThrownBy(() -> espalier.submit(Scenarios.of(folder, export)))
        .isInstanceOfSatisfying(
            EspalierException.class, e -> assertThat(e.code()).isEqualTo(FailureCode.PLUGIN))
        .hasMessageContaining("stages[0].exporter: there is no")
        .hasMessageContaining("'stone-tablet'");
  }

  /** A container, or ONNX that is only run; with a bias shifted on request. */
  private record Shelf(String id, boolean reads, boolean runnable) implements Exporter {
    private static final Parameter<Double> SHIFT =
        Parameter.number("shift", "what is added to a bias");

    @Override
    public Description description() {
      return Description.of(id, "Shelves models.", SHIFT);
    }

    @Override
    public String ending() {
      return ".shelf";
    }

    @Override
    public void write(Model model, Path file, Parameters parameters) {
      Tensor bias = model.tensor("first.bias");
      float[] values = bias.toFloatArray();
      for (int i = 0; i < values.length; i++) {
        values[i] += parameters.get(SHIFT).floatValue();
      }
      Model written =
          model.withTensors(List.of(Tensor.ofFloats(bias.name(), bias.shape(), values)));
      if (runnable) {
        new OnnxFormat().write(written, file);
      } else {
        Encoding.CONTAINER.format().write(written, file);
      }
    }

    @Override
    public Optional<Model> read(Path file) {
      return reads ? Optional.of(Encoding.CONTAINER.format().read(file)) : Optional.empty();
    }
  }
}
