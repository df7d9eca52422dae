package io.espalier.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.espalier.api.Clusterer;
import io.espalier.api.Dataset;
import io.espalier.api.Description;
import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.api.FineTuner;
import io.espalier.api.GradientQuery;
import io.espalier.api.GradientRequest;
import io.espalier.api.GradientStatistic;
import io.espalier.api.GradientStatistics;
import io.espalier.api.Horizon;
import io.espalier.api.Layer;
import io.espalier.api.Model;
import io.espalier.api.NdTensors;
import io.espalier.api.Parameters;
import io.espalier.api.Shape;
import io.espalier.api.Tensor;
import io.espalier.api.TrainingListener;
import io.espalier.core.Encoding;
import io.espalier.core.Layers;
import io.espalier.core.ModelBuilders;
import io.espalier.core.OnnxFormat;
import io.espalier.proto.RunEvent;
import io.espalier.proto.RunState;
import io.espalier.proto.RunSummary;
import io.espalier.runtime.fake.FakeCatalog;
import io.espalier.runtime.fake.FakeModels;
import io.espalier.runtime.fake.FakeSteps;
import io.espalier.runtime.fake.Scenarios;
import io.espalier.runtime.scenario.ClusterSettings;
import io.espalier.runtime.scenario.Scenario;
import io.espalier.runtime.scenario.StageKind;
import io.espalier.runtime.scenario.StageKind.Role;
import io.espalier.runtime.scenario.StageSpec;
import io.espalier.runtime.scenario.Use;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What can be set of a cluster stage. */
class ClusterStageTest {
  private final Path folder;
  private final FakeSteps steps = new FakeSteps();
  private final Espalier espalier;

  ClusterStageTest(@TempDir Path folder) {
    this.folder = folder;
    this.espalier =
        RunProbe.start(
            folder.resolve("runs"),
            FakeCatalog.plain()
                .with(Clusterer.class, FakeSteps.ID, () -> steps)
                .with(FineTuner.class, Slopes.ID, Slopes::new));
  }

  @AfterEach
  void close() {
    espalier.close();
  }

  private static StageSpec cluster(Map<String, Object> settings) {
    return new StageSpec(
        "tie", StageKind.CLUSTER, Map.of(Role.CLUSTERER, Use.of(FakeSteps.ID)), settings);
  }

  private RunSummary end(StageSpec... stages) {
    return RunProbe.run(espalier, Scenarios.of(folder, stages));
  }

  private RunFolder run(StageSpec... stages) {
    RunSummary end = end(stages);
    assertThat(end.getState()).isEqualTo(RunState.RUN_STATE_SUCCEEDED);
    return espalier.store().get(end.getRun());
  }

  private Model clustered(Map<String, Object> settings) {
    return new OnnxFormat().read(run(cluster(settings), Scenarios.export("out")).model("out"));
  }

  private static Set<Float> values(Model model, String... tensors) {
    Set<Float> values = new HashSet<>();
    for (String tensor : tensors) {
      for (float value : model.tensor(tensor).toFloatArray()) {
        values.add(value + 0f);
      }
    }
    return values;
  }

  private static Tensor untouched(String tensor) {
    return FakeModels.twoLayers().tensor(tensor);
  }

  @Test
  void eachLayerHasValuesOfItsOwn() {
    Model model = clustered(Map.of());

    assertThat(values(model, "first.weight")).hasSizeLessThanOrEqualTo(5);
    assertThat(values(model, "first.weight", "second.weight")).hasSizeGreaterThan(5);
  }

  @Test
  void layersCanShareTheirValues() {
    Model model = clustered(Map.of("sharing", "layers"));

    assertThat(values(model, "first.weight", "second.weight")).hasSizeLessThanOrEqualTo(5);
    assertThat(steps.asked()).hasSize(1);
    assertThat(steps.asked().get(0).weights().length()).isEqualTo(110);
    assertThat(steps.asked().get(0).layer().name()).isEqualTo("first, second");
  }

  @Test
  void zerosStayZerosWhereLayersShare() {
    RunFolder run =
        run(
            Scenarios.pruneAtOnce("cut", Map.of("sparsity", 0.7)),
            Scenarios.export("before"),
            cluster(Map.of("sharing", "layers")),
            Scenarios.fineTune("tune", 4),
            Scenarios.export("out"));

    Model cut = Encoding.read(run.model("before"));
    Model out = Encoding.read(run.model("out"));
    for (String weight : List.of("first.weight", "second.weight")) {
      float[] before = cut.tensor(weight).toFloatArray();
      float[] after = out.tensor(weight).toFloatArray();
      for (int i = 0; i < before.length; i++) {
        assertThat(after[i] == 0).isEqualTo(before[i] == 0);
      }
    }
    assertThat(values(out, "first.weight", "second.weight")).hasSizeLessThanOrEqualTo(5);
  }

  @Test
  void onlySelectedLayersAreClustered() {
    Model model = clustered(Map.of("layers", List.of(Map.of("op_names", List.of("first")))));

    assertThat(values(model, "first.weight")).hasSizeLessThanOrEqualTo(5);
    assertThat(model.tensor("second.weight")).isEqualTo(untouched("second.weight"));
  }

  @Test
  void excludedLayersStayAsTheyAre() {
    Model model =
        clustered(
            Map.of(
                "cluster_dense",
                true,
                "layers",
                List.of(Map.of("opNames", List.of("second"), "exclude", true))));

    assertThat(values(model, "first.weight")).hasSizeLessThanOrEqualTo(5);
    assertThat(model.tensor("second.weight")).isEqualTo(untouched("second.weight"));
  }

  @Test
  void theLastLayerCanStayOut() {
    Model model = clustered(Map.of("excludeLast", 1));

    assertThat(model.tensor("second.weight")).isEqualTo(untouched("second.weight"));
  }

  @Test
  void layersCanHaveNumbersOfTheirOwn() {
    Model model =
        clustered(
            Map.of(
                "layers",
                List.of(
                    Map.of("opTypes", List.of("Gemm")),
                    Map.of("opNames", List.of("first"), "clusters", 3))));

    assertThat(values(model, "first.weight")).hasSizeLessThanOrEqualTo(3);
    assertThat(values(model, "second.weight")).hasSizeGreaterThan(3);
  }

  @Test
  void biasesAreClusteredOnlyOnRequest() {
    assertThat(clustered(Map.of()).tensor("first.bias")).isEqualTo(untouched("first.bias"));
    assertThat(values(clustered(Map.of("weights", List.of("first.bias"))), "first.bias"))
        .hasSizeLessThanOrEqualTo(5);
  }

  @Test
  void depthwiseAndNormalisationAreNotClusteredByDefault() {
    Model model = ModelBuilders.build("mobilenet-v2", 1);
    Parameters settings = Parameters.of("cluster", StageKind.CLUSTER.settings(), Map.of());
    Parameters depthwise =
        Parameters.of("cluster", StageKind.CLUSTER.settings(), Map.of("depthwise", true));

    List<Layer> layers = layers(settings, model);

    assertThat(layers).isEqualTo(Layers.prunable(model, false));
    assertThat(layers).allMatch(layer -> layer.shape().rank() > 1);
    assertThat(layers(depthwise, model)).hasSizeGreaterThan(layers.size());
  }

  private static List<Layer> layers(Parameters settings, Model model) {
    return ClusterSettings.selection(settings).select(model).layers().stream()
        .map(choice -> choice.layer())
        .toList();
  }

  @Test
  void errorsCanCountByInputNorm() {
    clustered(Map.of("weighting", "activation", "layers", firstOnly()));

    float[] importance = NdTensors.values(steps.asked().get(0).importance().orElseThrow());
    float[] expected = new float[FakeModels.FEATURES];
    for (int sample = 0; sample < 10; sample++) {
      for (int i = 0; i < expected.length; i++) {
        float input = (sample * 31 + i * 17) % 11 / 11f;
        expected[i] += input * input;
      }
    }
    for (int i = 0; i < importance.length; i++) {
      assertThat(importance[i]).isCloseTo(expected[i / 10], within(1e-4f));
    }
  }

  @Test
  void errorsCanCountBySquaredGradient() {
    StageSpec stage =
        new StageSpec(
            "tie",
            StageKind.CLUSTER,
            Map.of(Role.CLUSTERER, Use.of(FakeSteps.ID), Role.FINE_TUNER, Use.of(Slopes.ID)),
            Map.of("weighting", "gradient", "sharing", "layers"));

    run(stage, Scenarios.export("out"));

    assertThat(NdTensors.values(steps.asked().get(0).importance().orElseThrow()))
        .hasSize(110)
        .containsOnly(80f, 30f);
  }

  private static List<Map<String, Object>> firstOnly() {
    return List.of(Map.of("opNames", List.of("first")));
  }

  @Test
  void aBudgetOfBytesIsKept() {
    long few = container(Map.of("maxBytes", 430));
    long more = container(Map.of("maxBytes", 500));

    assertThat(few).isLessThanOrEqualTo(430);
    assertThat(more).isLessThanOrEqualTo(500).isGreaterThan(few);
  }

  private long container(Map<String, Object> settings) {
    return Encoding.CONTAINER.size(clustered(settings));
  }

  @Test
  void numbersThatALayerHasTooFewWeightsForAreLeftOut() {
    Model model = clustered(Map.of("maxBytes", 5000, "clustersToTry", List.of(2, 20, 40)));

    assertThat(values(model, "first.weight")).hasSizeBetween(21, 40);
    assertThat(values(model, "second.weight")).hasSizeBetween(3, 20);
  }

  @Test
  void moreClustersThanWeightsAreRefusedBeforeTheRunBegins() {
    StageSpec stage =
        new StageSpec(
            "tie",
            StageKind.CLUSTER,
            Map.of(Role.CLUSTERER, new Use(FakeSteps.ID, Map.of("clusters", 31))));

    assertThatThrownBy(() -> end(Scenarios.train("train", 3), stage))
        .hasMessage("stages[1].clusterer.parameters.clusters: 31 is more than there are weights");
    assertThat(steps.asked()).isEmpty();
  }

  @Test
  void sharedValuesAndZerosOutliveQuantisation() {
    RunFolder run =
        run(
            Scenarios.pruneAtOnce("cut", Map.of("sparsity", 0.7)),
            cluster(Map.of("sharing", "layers")),
            Scenarios.export("floats"),
            new StageSpec("int8", StageKind.QUANTISE, Map.of()),
            Scenarios.export("small"));

    Model floats = Encoding.read(run.model("floats"));
    Model small = Encoding.read(run.model("small"));
    for (String weight : List.of("first.weight", "second.weight")) {
      float[] before = floats.tensor(weight).toFloatArray();
      Map<Float, Byte> shared = new HashMap<>();
      for (int i = 0; i < before.length; i++) {
        byte after = small.tensor(weight).bytes().get(i);
        assertThat(after == 0).isEqualTo(before[i] == 0);
        assertThat(shared.computeIfAbsent(before[i] + 0f, value -> after)).isEqualTo(after);
      }
    }
  }

  @Test
  void aBudgetOfBytesThatIsTooSmallSaysWhatIsNeeded() {
    RunSummary end = end(cluster(Map.of("maxBytes", 20)), Scenarios.export("out"));

    assertThat(end.getState()).isEqualTo(RunState.RUN_STATE_FAILED);
    assertThat(RunProbe.await(espalier.failure(end.getRun())).orElseThrow().getMessage())
        .contains("stages[0].maxBytes: 20 is not enough", "the container has");
  }

  @Test
  void aBudgetOfAccuracyIsKept() {
    RunFolder run = run(cluster(Map.of("maxDrop", 0)));

    assertThat(RunProbe.events(run))
        .filteredOn(RunEvent::hasLog)
        .extracting(event -> event.getLog().getMessage())
        .anyMatch(message -> message.matches(".* falls by (-.*|0.00) points .*"));
  }

  @Test
  void aBudgetOfAccuracyIsKeptWithAsFewValuesAsItTakes() {
    Model model = clustered(Map.of("maxDrop", 100));

    assertThat(values(model, "first.weight")).hasSizeLessThanOrEqualTo(2);
    assertThat(values(model, "second.weight")).hasSizeLessThanOrEqualTo(2);
  }

  @Test
  void anEntryThatMatchesNothingIsRefusedBeforeAnythingIsTrained() {
    assertRefused(
        Map.of("layers", List.of(Map.of("opNames", List.of("conv*")))),
        "stages[1].layers[0] matches no layer (the model has: first, second)");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "sharing=layers, clusters=4; stages[1].layers[0].clusters: is not allowed where layers"
            + " share their values; say it to the clusterer",
        "maxBytes=100, maxDrop=1; stages[1].maxDrop: cannot be together with maxBytes; give one"
            + " budget",
      })
  void settingsThatContradictEachOtherAreRefused(String given, String message) {
    Map<String, Object> settings = new HashMap<>();
    for (String part : given.split(", ")) {
      String[] pair = part.split("=");
      if (pair[0].equals("clusters")) {
        settings.put("layers", List.of(Map.of("clusters", Long.parseLong(pair[1]))));
      } else {
        settings.put(pair[0], pair[1].matches("\\d+") ? (Object) Long.parseLong(pair[1]) : pair[1]);
      }
    }
    assertRefused(settings, message);
  }

  @Test
  void numbersToTryMustRise() {
    assertRefused(
        Map.of("clustersToTry", List.of(8, 4)),
        "stages[1].clustersToTry: [8, 4] is not allowed (allowed: rising numbers)");
  }

  private void assertRefused(Map<String, Object> settings, String message) {
    Scenario scenario = Scenarios.of(folder, Scenarios.train("train", 4), cluster(settings));

    assertThatThrownBy(() -> espalier.submit(scenario))
        .isInstanceOfSatisfying(
            EspalierException.class, e -> assertThat(e.code()).isEqualTo(FailureCode.USAGE))
        .hasMessageContaining(message);
  }

  /** Says that each squared gradient is the number of weights in the tensor. */
  private static final class Slopes implements FineTuner {
    static final String ID = "fake-slopes";

    @Override
    public Description description() {
      return Description.of(ID, "Knows gradients.");
    }

    @Override
    public Horizon horizon(Dataset dataset, Parameters parameters) {
      return new Horizon(1, 1);
    }

    @Override
    public Model fineTune(Request request, TrainingListener listener) {
      return request.model();
    }

    @Override
    public Set<GradientStatistic> gradientStatistics() {
      return Set.of(GradientStatistic.values());
    }

    @Override
    public GradientStatistics gradients(GradientRequest request) {
      Map<GradientQuery, Tensor> answers = new HashMap<>();
      for (GradientQuery query : request.queries()) {
        Shape shape = request.model().tensor(query.tensor()).shape();
        float[] values = new float[(int) shape.size()];
        Arrays.fill(values, values.length);
        answers.put(query, Tensor.ofFloats(query.tensor(), shape, values));
      }
      return new GradientStatistics(10, 1, answers);
    }
  }
}
