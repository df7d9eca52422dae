package io.espalier.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.ref.WeakReference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class NdTensorsTest {
  @Test
  void viewsATensorAtItsOwnAddress() {
    Tensor tensor = Tensor.ofFloats("w", Shape.of(2, 3), 1, 2, 3, 4, 5, 6);

    INDArray view = NdTensors.view(tensor);

    assertThat(view.data().pointer().address()).isEqualTo(new Pointer(tensor.direct()).address());
    assertThat(view.shape()).containsExactly(2, 3);
    assertThat(view.toFloatMatrix()).isDeepEqualTo(new float[][] {{1, 2, 3}, {4, 5, 6}});
  }

  @Test
  void seesWhatIsWrittenToTheTensorsMemory() {
    ByteBuffer bytes = ByteBuffer.allocateDirect(12).order(ByteOrder.LITTLE_ENDIAN).position(4);
    INDArray view = NdTensors.view(Tensor.of("w", DataType.FLOAT, Shape.of(2), bytes));

    bytes.putFloat(8, 7);

    assertThat(view.getFloat(1)).isEqualTo(7);
    assertThat(view.sumNumber().floatValue()).isEqualTo(7);
  }

  @Test
  void viewsAReadOnlyBuffer() {
    ByteBuffer bytes = ByteBuffer.allocateDirect(8).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putFloat(4, 3);

    Tensor tensor = Tensor.of("w", DataType.FLOAT, Shape.of(2), bytes.asReadOnlyBuffer());

    assertThat(NdTensors.view(tensor).toFloatVector()).containsExactly(0, 3);
  }

  @Test
  void keepsTheMemoryAliveWithoutTheTensor() {
    Forgotten forgotten = forget(1 << 20);
    assertThat(collected(forgotten.tensor())).isTrue();
    for (int i = 0; i < 64; i++) {
      Tensor.ofFloats("other", Shape.of(1 << 20), new float[1 << 20]);
    }

    assertThat(forgotten.view().minNumber().floatValue()).isEqualTo(42);
    assertThat(forgotten.row().maxNumber().floatValue()).isEqualTo(42);
  }

  @Test
  void letsTheMemoryGoWithTheArray() {
    WeakReference<ByteBuffer> memory = new WeakReference<>(viewAndForget());

    assertThat(collected(memory)).isTrue();
  }

  @Test
  void viewsAScalar() {
    INDArray view = NdTensors.view(Tensor.ofFloats("s", Shape.of(), 3));

    assertThat(view.rank()).isZero();
    assertThat(view.getFloat(0)).isEqualTo(3);
  }

  @Test
  void viewsAnEmptyTensor() {
    INDArray view = NdTensors.view(Tensor.ofFloats("none", Shape.of(2, 0)));

    assertThat(view.isEmpty()).isTrue();
    assertThat(NdTensors.values(view)).isEmpty();
  }

  @Test
  void refusesAnotherElementType() {
    assertThatThrownBy(() -> NdTensors.view(Tensor.ofLongs("shape", Shape.of(1), 1)))
        .isInstanceOfSatisfying(
            EspalierException.class, e -> assertThat(e.code()).isEqualTo(FailureCode.MODEL))
        .hasMessage("tensor 'shape' is int64, not float");
  }

  @Test
  void readsAnArrayInRowMajorOrderWhateverItsOwn() {
    INDArray array = Nd4j.createFromArray(new float[][] {{1, 2, 3}, {4, 5, 6}});

    assertThat(NdTensors.values(array.dup('f'))).containsExactly(1, 2, 3, 4, 5, 6);
    assertThat(NdTensors.values(array.transpose())).containsExactly(1, 4, 2, 5, 3, 6);
    assertThat(NdTensors.values(array.getColumn(1))).containsExactly(2, 5);
    assertThat(NdTensors.values(array.getRow(1))).containsExactly(4, 5, 6);
  }

  @Test
  void readsOtherElementTypesAsFloats() {
    assertThat(NdTensors.values(Nd4j.createFromArray(1.5, -2.5))).containsExactly(1.5f, -2.5f);
    assertThat(NdTensors.values(Nd4j.createFromArray(1, -2))).containsExactly(1f, -2f);
  }

  @Test
  void copiesAnArrayIntoATensor() {
    INDArray array = Nd4j.createFromArray(new float[][] {{1, 2}, {3, 4}});
    Tensor tensor = NdTensors.tensor("w", array);
    array.addi(1);

    assertThat(tensor).isEqualTo(Tensor.ofFloats("w", Shape.of(2, 2), 1, 2, 3, 4));
  }

  private record Forgotten(WeakReference<Tensor> tensor, INDArray view, INDArray row) {}

  private static Forgotten forget(int size) {
    float[] values = new float[size];
    Arrays.fill(values, 42);
    Tensor tensor = Tensor.ofFloats("w", Shape.of(2, size / 2), values);
    INDArray view = NdTensors.view(tensor);
    return new Forgotten(new WeakReference<>(tensor), view, view.getRow(1));
  }

  private static ByteBuffer viewAndForget() {
    ByteBuffer bytes = ByteBuffer.allocateDirect(4).order(ByteOrder.LITTLE_ENDIAN);
    NdTensors.view(Tensor.of("w", DataType.FLOAT, Shape.of(1), bytes)).sumNumber();
    return bytes;
  }

  private static boolean collected(WeakReference<?> reference) {
    for (int i = 0; i < 100 && reference.get() != null; i++) {
      System.gc();
      try {
        Thread.sleep(10);
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
    return reference.get() == null;
  }
}
