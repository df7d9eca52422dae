package io.espalier.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.api.Layer;
import io.espalier.api.Model;
import io.espalier.api.Shape;
import io.espalier.core.Inspection;
import io.espalier.core.Layers;
import io.espalier.core.Shapes;
import org.junit.jupiter.api.Test;

class SmallModelsTest {
  @Test
  void buildAConvolutionalNetwork() {
    Model model = SmallModels.cnn(1);

    assertThat(Shapes.infer(model, 5)).containsEntry("logits", Shape.of(5, SmallModels.CLASSES));
    assertThat(Layers.prunable(model)).extracting(Layer::name).containsExactly("conv", "dense");
    assertThat(Inspection.of(model).parameters()).isEqualTo(664);
    assertThat(model).isEqualTo(SmallModels.cnn(1)).isNotEqualTo(SmallModels.cnn(2));
  }

  @Test
  void buildAMatrixProduct() {
    Model model = SmallModels.dense(Shape.of(2, 3), 1, 2, 3, 4, 5, 6);

    assertThat(Shapes.infer(model, 4)).containsEntry("y", Shape.of(4, 3));
    assertThat(Layers.prunable(model))
        .containsExactly(new Layer("dense", "MatMul", "w", Shape.of(2, 3)));
  }
}
