package io.espalier.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.api.ChannelGroup;
import io.espalier.api.Edit;
import io.espalier.api.Model;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Half of all channels of well-known networks. */
class ChannelCutTopologiesTest {
  private static Arguments of(String name, double tolerance, Supplier<Model> model) {
    return Arguments.of(name, tolerance, model);
  }

  private static Supplier<Model> built(String name, int side) {
    return () -> ModelBuilders.model(name).build(1, new BuildOptions(10, side, side));
  }

  static Stream<Arguments> networks() {
    return Stream.of(
        of("LeNet-5", 1e-5, built("lenet-5", 28)),
        of("VGG-16", 1e-5, built("vgg-16", 32)),
        of("ResNet-18", 1e-5, built("resnet-18", 64)),
        of("ResNet-50", 1e-5, Topologies::resNet50),
        of("ResNet-56", 1e-4, built("resnet-56", 32)),
        of("MobileNetV2", 1e-4, built("mobilenet-v2", 64)),
        of("DenseNet-121", 1e-4, Topologies::denseNet121),
        of("SqueezeNet", 1e-5, Topologies::squeezeNet),
        of("Inception", 1e-5, Topologies::inception),
        of("ResNeXt", 1e-5, Topologies::resNeXt),
        of("ShuffleNet", 1e-5, Topologies::shuffleNetV1),
        of("ShuffleNetV2", 1e-5, Topologies::shuffleNet),
        of("EfficientNet", 1e-5, Topologies::efficientNet),
        of("U-Net", 1e-5, Topologies::uNet),
        of("vision transformer", 1e-5, built("vit-tiny", 32)),
        of("speech", 1e-5, Topologies::speech));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("networks")
  void computesWhatTheMaskedModelDoes(String name, double tolerance, Supplier<Model> built) {
    Model model = Topologies.varied(built.get());
    List<ChannelGroup> groups = ChannelGroups.of(model);
    List<Edit.RemoveChannels> edits = Cuts.half(groups);

    Model cut = ChannelCut.apply(model, edits);

    Onnx.assertSame(ChannelCut.masked(model, edits), cut, tolerance);
    assertThat(TrainableParameters.count(cut))
        .isLessThan(TrainableParameters.count(model) * 7 / 10);
  }
}
