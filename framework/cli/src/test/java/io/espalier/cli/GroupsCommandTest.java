package io.espalier.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.espalier.core.ModelBuilders;
import io.espalier.core.OnnxFormat;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GroupsCommandTest {
  @TempDir private Path work;

  private Path file(String name) {
    Path file = work.resolve("net.onnx");
    new OnnxFormat().write(ModelBuilders.build(name, 1), file);
    return file;
  }

  @Test
  void readLikeProse() {
    String out = Invocation.of("groups", file("lenet-5")).out();

    assertThat(out)
        .contains("5 groups of channels, 4 of them can be cut")
        .contains(
            """
            conv2: 16 channels
              made by    conv2.weight along axis 0
              shifted by conv2.bias along axis 0
              read by    dense1.weight along axis 1, 25 places each
            """)
        .contains("dense3: 10 channels that stay: output 'logits' of the graph has them");
  }

  @Test
  void areTheresAsJson() {
    JsonNode found = Invocation.of("groups", file("lenet-5"), "--json").json();

    JsonNode group = found.get("groups").get(1);
    assertThat(group.get("name").asText()).isEqualTo("conv2");
    assertThat(group.get("frozen").isNull()).isTrue();
    JsonNode read = group.get("slices").get(2);
    assertThat(read.get("role").asText()).isEqualTo("READS");
    assertThat(read.get("indices").get(3).get(0).asInt()).isEqualTo(3 * 25);
  }

  @Test
  void keepProtectedLayers() {
    String out = Invocation.of("groups", file("lenet-5"), "--protect-inputs", "dense2").out();

    assertThat(out).contains("dense1: 120 channels that stay: the inputs of layer 'dense2'");
  }

  @Test
  void protectLayersThatGlobsName() {
    assertThat(Invocation.of("groups", file("lenet-5"), "--protect-outputs", "conv?").out())
        .contains("5 groups of channels, 2 of them can be cut");
  }

  @Test
  void refuseToProtectWhatIsNotThere() {
    Invocation refused = Invocation.of("groups", file("lenet-5"), "--protect-inputs", "dense9");

    assertThat(refused.code()).isEqualTo(2);
    assertThat(refused.err())
        .isEqualTo("espalier: --protect-inputs: \"dense9\" matches no layer of model 'lenet-5'\n");
  }

  @Test
  void areHeadsOrTheirDimensions() {
    Path file = file("vit-tiny");

    assertThat(Invocation.of("groups", file).out())
        .contains("block1.attention.query.matmul: 3 channels\n");
    assertThat(Invocation.of("groups", file, "--heads", "dimensions").out())
        .contains("block1.attention.query.matmul: 64 channels\n");
  }
}
