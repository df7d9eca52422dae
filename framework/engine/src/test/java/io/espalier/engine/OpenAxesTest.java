package io.espalier.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.api.Attribute;
import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.api.Model;
import io.espalier.api.Shape;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Graphs whose files fix the number of samples, or leave height and width open. */
class OpenAxesTest {
  private static final int CLASSES = 3;

  private static Attribute number(long value) {
    return new Attribute.Int(value);
  }

  private static Net images(int side, long seed) {
    Net net = new Net(Shape.of(2, side, side), seed).openImages();
    return net.conv(3, 3, 3, true, Net.Window.PLAIN).relu();
  }

  /** A class token joined to patches, as exporters write it for one sample. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void aGraphOfOneSampleIsTrainedOnBatches(long seed) {
    Net net = new Net(Shape.of(2, 5, 4), seed).fixedSamples(1);
    net.conv(3, 2, 2, true, Net.Window.PLAIN);
    net.node("Resize", List.of("", "", net.longs(1, 3, 4, 6)), Map.of());
    net.node("Reshape", List.of(net.longs(1, 3, -1)), Map.of());
    String patches = net.node("Transpose", List.of(), Map.of("perm", Net.ints(0, 2, 1))).top();
    String token = net.weights(1, 1, 3);
    net.from(token).node("Concat", List.of(patches), Map.of("axis", number(1)));
    net.node("Add", List.of(net.weights(1, 25, 3)), Map.of());
    net.node("Reshape", List.of(net.longs(1, 75)), Map.of());
    Gradients.check(net.dense(CLASSES).model(), net.data(5, CLASSES), VectorKernels::new);
  }

  @Test
  void aFixedNumberOfSamplesMayBeAnyNumber() {
    Net net = new Net(Shape.of(6), 1).fixedSamples(4);
    net.node("Reshape", List.of(net.longs(4, 2, 3)), Map.of());
    net.node("Reshape", List.of(net.longs(4, -1)), Map.of());

    assertThat(ExecutionPlan.compile(net.dense(CLASSES).model()).input().shape())
        .isEqualTo(Shape.of(6));
  }

  @ParameterizedTest
  @ValueSource(ints = {6, 9})
  void openExtentsAreThoseOfTheData(int side) {
    Net net = images(side, 5);
    net.node("GlobalAveragePool", List.of(), Map.of());
    Model model = net.classifier(CLASSES);
    ArrayData data = net.data(4, CLASSES);

    assertThat(TrainingData.compile(model, data).input().shape())
        .isEqualTo(Shape.of(2, side, side));
    Gradients.check(OpenAxes.bind(model, data.sample()), data, VectorKernels::new);
  }

  @Test
  void namesSamplesAndNodeWhereAnOpenExtentDoesNotFit() {
    Model model = images(6, 5).classifier(CLASSES);
    ArrayData other = new Net(Shape.of(2, 7, 7), 1).data(4, CLASSES);

    assertThatThrownBy(() -> TrainingData.compile(model, other))
        .isInstanceOfSatisfying(
            EspalierException.class, e -> assertThat(e.code()).isEqualTo(FailureCode.DATA))
        .hasMessageContainingAll("'input", "side2", "2x7x7", "(Gemm)", "do not multiply");
  }

  @Test
  void saysWhatIsOpenWhereNoDataSaysMore() {
    Model model = images(6, 5).classifier(CLASSES);

    assertThatThrownBy(() -> ExecutionPlan.compile(model))
        .isInstanceOf(EspalierException.class)
        .hasMessageContainingAll("batch x 2 x side2 x side3", "open");
  }
}
