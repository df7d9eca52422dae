package io.espalier.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.espalier.api.FailureCode;
import io.espalier.core.ModelBuilders;
import io.espalier.core.OnnxFormat;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code espalier profile} on the built distribution. */
class ProfileIT {
  @TempDir private Path work;
  private Path model = Path.of("");

  @BeforeEach
  void writeModel() {
    model = work.resolve("model.onnx");
    new OnnxFormat().write(ModelBuilders.build("tutorial-cnn", 1), model);
  }

  @Test
  void tellsTheSlowestLayersFirst() {
    JsonNode answer = Invocation.of("profile", model, "--batch", 8, "--steps", 3, "--json").json();
    List<Double> millis = new ArrayList<>();
    double shares = 0;
    for (JsonNode layer : answer.path("layers")) {
      millis.add(layer.path("forwardMillis").asDouble() + layer.path("backwardMillis").asDouble());
      shares += layer.path("share").asDouble();
      assertThat(layer.path("bound").asText()).isIn("compute", "memory");
    }
    assertThat(millis).hasSizeGreaterThan(2);
    assertThat(millis).isSortedAccordingTo((a, b) -> Double.compare(b, a));
    assertThat(shares).isBetween(99.0, 101.0);
    assertThat(answer.path("batch").asInt()).isEqualTo(8);
    assertThat(answer.path("sgemmGflops").asDouble()).isPositive();
    assertThat(answer.path("copyGigabytes").asDouble()).isPositive();
  }

  @Test
  void printsATable() {
    Invocation profile = Invocation.of("profile", model, "--batch", 2, "--steps", 1);
    assertThat(profile.code()).as(profile.err()).isZero();
    assertThat(profile.out())
        .contains("a step of 2 samples", "GFLOP/s in products", "backward ms", "Conv", "Gemm");
  }

  @Test
  void refusesABatchOfNone() {
    Invocation profile = Invocation.of("profile", model, "--batch", 0);
    assertThat(profile.code()).isEqualTo(FailureCode.USAGE.exitCode());
    assertThat(profile.err()).contains("batch", "0", "at least 1");
  }

  @Test
  void refusesAFileThatIsNoModel() throws Exception {
    Path text = Files.writeString(work.resolve("notes.txt"), "no model at all");
    Invocation profile = Invocation.of("profile", text);
    assertThat(profile.code()).isEqualTo(FailureCode.MODEL.exitCode());
    assertThat(profile.err()).contains("notes.txt");
  }
}
