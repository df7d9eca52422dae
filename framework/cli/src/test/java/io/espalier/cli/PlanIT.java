package io.espalier.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.espalier.api.Shape;
import io.espalier.core.ModelBuilders;
import io.espalier.core.OnnxFormat;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Plans of channels that are looked at before they are applied. */
class PlanIT {
  @TempDir private Path work;
  private Path model;

  @BeforeEach
  void writeAModel() {
    model = work.resolve("net.onnx");
    new OnnxFormat().write(ModelBuilders.build("lenet-5", 1), model);
  }

  private Invocation plan(Object... more) {
    Object[] all = new Object[4 + more.length];
    System.arraycopy(new Object[] {"plan", model, "--out", work.resolve("runs")}, 0, all, 0, 4);
    System.arraycopy(more, 0, all, 4, more.length);
    return Invocation.of(all);
  }

  @Test
  void isWrittenThenReadLikeProseThenApplied() {
    Path file = work.resolve("plan.json");

    Invocation planned = plan("--sparsity", "0.5", "--round-to", "4", "-o", file);

    assertThat(planned.code()).as(planned.err()).isZero();
    assertThat(planned.out())
        .contains("plan of l2-norm for", "conv1: 2 of 6 channels go", "read by    conv2")
        .contains("what stays:", "parameters: 61,706 -> ");
    Path out = work.resolve("out.onnx");
    assertThat(Invocation.of("apply", model, file, "-o", out).code()).isZero();
    assertThat(new OnnxFormat().read(out).tensor("conv1.weight").shape())
        .isEqualTo(Shape.of(4, 1, 5, 5));
  }

  @Test
  void isToldAsJson() {
    JsonNode told =
        plan(
                "--pruner",
                "random",
                "--layer",
                "{\"opNames\": [\"conv1\"], \"sparsity\": 0.5}",
                "--json")
            .json();

    assertThat(told.path("groups").size()).isEqualTo(1);
    assertThat(told.path("groups").path(0).path("removed").size()).isEqualTo(3);
    assertThat(told.path("layers").path(1).path("inputs").path("after").asInt()).isEqualTo(3);
    assertThat(told.path("parameters").path("before").asInt()).isEqualTo(61_706);
  }

  @ParameterizedTest
  @ValueSource(strings = {"apoz", "mean_rank", "taylor"})
  void measuresADataSetWhereThePrunerAsksForIt(String pruner) {
    Path net = work.resolve("small.onnx");
    new OnnxFormat().write(ModelBuilders.build("tutorial-cnn", 1), net);

    Invocation without = Invocation.of("plan", net, "--pruner", pruner, "--out", work.resolve("r"));
    Invocation with =
        Invocation.of(
            "plan",
            net,
            "--pruner",
            pruner,
            "--dataset",
            "digits",
            "--samples",
            "32",
            "--out",
            work.resolve("r"));

    assertThat(without.code()).isEqualTo(2);
    assertThat(without.err()).contains("'" + pruner + "' measures samples", "--dataset");
    assertThat(with.code()).as(with.err()).isZero();
    assertThat(with.out()).contains("plan of " + pruner);
  }

  @Test
  void measuresLatencyWithoutADataSet() {
    Invocation planned = plan("--of", "latency", "--sparsity", "0.999");

    assertThat(planned.code()).isEqualTo(2);
    assertThat(planned.err()).contains("99.9 % of the latency are to go, but at most");
  }

  @Test
  void reachesAFigureWhereAllGroupsCompete() {
    Invocation planned = plan("--of", "macs", "--mode", "global", "--sparsity", "0.5");

    assertThat(planned.code()).as(planned.err()).isZero();
  }

  @Test
  void overwritesNothing() {
    assertThat(plan("-o", model).err()).contains("net.onnx exists already");
  }
}
