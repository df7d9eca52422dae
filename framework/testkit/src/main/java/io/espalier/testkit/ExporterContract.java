package io.espalier.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.espalier.api.Edit;
import io.espalier.api.Exporter;
import io.espalier.api.Extension;
import io.espalier.api.Layer;
import io.espalier.api.Mask;
import io.espalier.api.Model;
import io.espalier.api.Plan;
import io.espalier.api.Tensor;
import io.espalier.core.ExactSelector;
import io.espalier.core.Layers;
import io.espalier.core.Plans;
import io.espalier.runtime.measure.SameOutputs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What every exporter keeps: its files hold the model to the last bit, or give its outputs, and are
 * the same every time.
 */
public abstract class ExporterContract extends ExtensionContract {
  private static final long SEED = 5;

  @TempDir private Path folder;

  /** The exporter under test, a new one in every call. */
  protected abstract Exporter exporter();

  @Override
  final Extension extension() {
    return exporter();
  }

  @Test
  void hasAnEndingForItsFiles() {
    assertThat(exporter().ending()).matches("(\\.[A-Za-z0-9_-]+)+");
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.8})
  void writesWhatCanBeReadOrRun(double sparsity) {
    Path file = written(model(sparsity), "model");

    assertThat(file).isRegularFile();
    assertThat(exporter().read(file).isPresent() || exporter().runnable()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.8})
  void readsBackEveryBit(double sparsity) {
    Model model = model(sparsity);

    Optional<Model> read = exporter().read(written(model, "model"));

    read.ifPresent(
        found -> {
          assertThat(found.graph().inputs()).isEqualTo(model.graph().inputs());
          assertThat(found.graph().outputs()).isEqualTo(model.graph().outputs());
          assertThat(found.tensors()).containsAllEntriesOf(model.tensors());
        });
  }

  @Test
  void givesTheOutputsOfTheModelWhereItsFilesRun() {
    Model model = model(0.8);
    Path file = written(model, "model");
    SyntheticDataset data = SyntheticDataset.small(SEED);

    if (exporter().runnable()) {
      assertThatCode(() -> SameOutputs.require(model, file, data.train()))
          .doesNotThrowAnyException();
    }
  }

  @Test
  void writesTheSameBytesAgain() throws IOException {
    byte[] first = Files.readAllBytes(written(model(0.8), "first"));

    assertThat(Files.readAllBytes(written(model(0.8), "second"))).isEqualTo(first);
  }

  @Test
  void leavesTheWeightsBitIdentical() {
    Model model = model(0.8);

    written(model, "model");

    assertThat(model.tensors()).isEqualTo(model(0.8).tensors());
  }

  private Path written(Model model, String name) {
    Path file = folder.resolve(name + exporter().ending());
    exporter().write(model, file, parameters());
    return file;
  }

  private static Model model(double sparsity) {
    Model model = SmallModels.cnn(SEED);
    Layer layer = Layers.prunable(model).get(1);
    Tensor weight = model.tensor(layer.weight());
    float[] scores = weight.toFloatArray();
    for (int i = 0; i < scores.length; i++) {
      scores[i] = Math.abs(scores[i]);
    }
    Mask mask = new ExactSelector().keepHighest(layer, scores, sparsity);
    return Plans.apply(model, new Plan("contract", List.of(new Edit.MaskWeights(mask))));
  }
}
