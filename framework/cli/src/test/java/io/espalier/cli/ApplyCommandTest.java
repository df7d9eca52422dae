package io.espalier.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.api.Edit;
import io.espalier.api.Plan;
import io.espalier.api.Shape;
import io.espalier.core.ModelBuilders;
import io.espalier.core.OnnxFormat;
import io.espalier.runtime.PlanFiles;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ApplyCommandTest {
  @TempDir private Path work;
  private Path model;
  private Path plan;

  @BeforeEach
  void writeAModelAndAPlan() {
    model = work.resolve("net.onnx");
    plan = work.resolve("plan.json");
    new OnnxFormat().write(ModelBuilders.build("lenet-5", 1), model);
    PlanFiles.write(
        new Plan("test", List.of(new Edit.RemoveChannels("conv1.weight", 0, List.of(0, 2, 3)))),
        plan);
  }

  @Test
  void printsThePlanAndWhatItWouldMake() {
    assertThat(Invocation.of("apply", model, plan).out())
        .contains("plan of test:", "remove 3 along axis 0 of conv1.weight: 0, 2-3")
        .contains("Parameters: 61,706 -> 60,428");
  }

  @Test
  void writesTheModel() {
    Path out = work.resolve("out.onnx");

    Invocation done = Invocation.of("apply", model, plan, "-o", out);

    assertThat(done.code()).as(done.err()).isZero();
    assertThat(new OnnxFormat().read(out).tensor("conv2.weight").shape())
        .isEqualTo(Shape.of(16, 3, 5, 5));
  }

  @Test
  void overwritesNothing() {
    Invocation refused = Invocation.of("apply", model, plan, "-o", model);

    assertThat(refused.code()).isEqualTo(2);
    assertThat(refused.err()).contains("net.onnx exists already");
  }

  @Test
  void refusesAPlanForAnotherModel() {
    new OnnxFormat().write(ModelBuilders.build("mlp", 1), work.resolve("mlp.onnx"));

    Invocation refused = Invocation.of("apply", work.resolve("mlp.onnx"), plan);

    assertThat(refused.code()).isEqualTo(3);
    assertThat(refused.err()).contains("conv1.weight", "no such tensor");
  }
}
