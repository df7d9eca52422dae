package io.espalier.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.api.Model;
import io.espalier.api.Shape;
import io.espalier.core.ModelBuilders;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A seed gives the same bytes every time and for any number of threads, whatever way the layers of
 * a network are run.
 */
class ThreadsTest {
  private static final int CLASSES = 4;
  private static final int SAMPLES = 19;
  private static final Net.Window SAME = window(1, 1);

  private static Net.Window window(long stride, long groups) {
    return new Net.Window(stride, stride, 1, 1, List.of(1L, 1L, 1L, 1L), groups);
  }

  /** Tile by tile, channels side by side. */
  private static Net lanes() {
    Net net = new Net(Shape.of(3, 8, 8), 1).conv(8, 3, 3, false, window(2, 1)).normalise().relu();
    String fork = net.conv(24, 1, 1, false, Net.Window.PLAIN).normalise().relu().top();
    net.conv(24, 3, 3, false, window(1, 24)).normalise().relu();
    net.conv(24, 1, 1, false, Net.Window.PLAIN).normalise().add(fork);
    return net.node("GlobalAveragePool", List.of(), Map.of());
  }

  /** All samples of a batch together: by minimal filtering, as patches, and dense. */
  private static Net wholeBatch() {
    Net net = new Net(Shape.of(3, 8, 8), 1).conv(32, 3, 3, false, SAME).normalise().relu();
    String fork = net.top();
    net.conv(32, 3, 3, false, SAME).normalise().add(fork).relu();
    return net.conv(32, 3, 3, true, window(2, 1)).relu().flatten().dense(160).relu();
  }

  static Stream<Arguments> networks() {
    Net lanes = lanes();
    Net whole = wholeBatch();
    return Stream.of(
        Arguments.of(
            Named.of("tutorial CNN", ModelBuilders.build("tutorial-cnn", 1)),
            new Net(Shape.of(1, 28, 28), 2).data(SAMPLES, 10)),
        Arguments.of(Named.of("lanes", lanes.classifier(CLASSES)), lanes.data(SAMPLES, CLASSES)),
        Arguments.of(
            Named.of("whole batch", whole.classifier(CLASSES)), whole.data(SAMPLES, CLASSES)));
  }

  @Test
  void theNetworksRunAsTheySay() {
    assertThat(ExecutionPlan.compile(lanes().classifier(CLASSES)).operations())
        .hasAtLeastOneElementOfType(LaneDepthwise.class);
    assertThat(ExecutionPlan.compile(wholeBatch().classifier(CLASSES)).cuts().operations())
        .hasAtLeastOneElementOfType(WinogradConvolution.class)
        .hasAtLeastOneElementOfType(PatchConvolution.class)
        .hasAtLeastOneElementOfType(BatchDense.class);
  }

  @ParameterizedTest
  @MethodSource("networks")
  void giveTheSameBytes(Model model, ArrayData data) {
    Model two = Trainings.train(model, data, Trainings.threads(2));
    assertThat(two).isNotEqualTo(model);
    assertThat(Trainings.train(model, data, Trainings.threads(2))).isEqualTo(two);
    assertThat(Trainings.train(model, data, Trainings.threads(1))).isEqualTo(two);
    assertThat(Trainings.train(model, data, Trainings.threads(5))).isEqualTo(two);
  }
}
