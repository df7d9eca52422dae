package io.espalier.runtime.measure;

import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.api.Layer;
import io.espalier.api.Node;
import io.espalier.api.Shape;
import io.espalier.api.Statistic;
import io.espalier.api.Tensor;
import io.espalier.core.LayerValues;
import java.nio.FloatBuffer;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Second moments of what one output of a layer sees: inputs of a dense layer, patches of a
 * convolution of images, in groups if it has several.
 */
final class GramTally extends ActivationTally {
  private static final int SPATIAL = 2;

  private final Node node;
  private final int groups;
  private final int columns;
  private final INDArray[] sums;

  GramTally(Layer layer, LayerValues values) {
    super(Statistic.INPUT_GRAM, layer, values.input());
    this.node = values.node();
    boolean convolution = node.type().equals("Conv");
    if (node.type().equals("ConvTranspose")
        || convolution && layer.shape().rank() != 2 + SPATIAL
        || values.inputAxis() == -2) {
      throw new EspalierException(
          FailureCode.MODEL,
          "layer '%s' (%s %s): second moments of inputs are measured for Gemm, MatMul and convolutions of images; exclude the layer"
              .formatted(layer.name(), layer.type(), layer.shape()));
    }
    this.groups = convolution ? (int) node.intAttribute("group", 1) : 1;
    this.columns = (int) layer.shape().size() / layer.outputs();
    this.sums = new INDArray[groups];
    for (int group = 0; group < groups; group++) {
      sums[group] = Nd4j.zeros(columns, columns);
    }
  }

  @Override
  void add(FloatBuffer activations, long[] shape, int samples) {
    if (!node.type().equals("Conv")) {
      int rows = samples;
      for (int axis = 1; axis < shape.length - 1; axis++) {
        rows *= (int) shape[axis];
      }
      float[] inputs = new float[rows * columns];
      activations.get(0, inputs);
      addRows(0, inputs, rows);
      return;
    }
    Patches patches = new Patches(node, layer(), shape, groups);
    float[] rows = new float[patches.positions() * columns];
    for (int sample = 0; sample < samples; sample++) {
      for (int group = 0; group < groups; group++) {
        patches.fill(activations, sample, group, rows);
        addRows(group, rows, patches.positions());
      }
    }
  }

  private void addRows(int group, float[] inputs, int rows) {
    INDArray matrix = Nd4j.createFromArray(inputs).reshape(rows, columns);
    sums[group].addi(matrix.transpose().mmul(matrix));
  }

  @Override
  Tensor result() {
    float[] all = new float[groups * columns * columns];
    for (int group = 0; group < groups; group++) {
      float[] own = sums[group].dup('c').data().asFloat();
      System.arraycopy(own, 0, all, group * own.length, own.length);
    }
    return Tensor.ofFloats(layer().weight(), Shape.of(groups, columns, columns), all);
  }

  /** The patches of one image that a convolution's kernel covers, a row each. */
  private static final class Patches {
    private final int channels;
    private final int height;
    private final int width;
    private final int kernelHeight;
    private final int kernelWidth;
    private final int outHeight;
    private final int outWidth;
    private final int[] strides;
    private final int[] dilations;
    private final int[] pads;
    private final int allChannels;

    Patches(Node node, Layer layer, long[] shape, int groups) {
      allChannels = (int) shape[1];
      channels = allChannels / groups;
      height = (int) shape[2];
      width = (int) shape[3];
      kernelHeight = (int) layer.shape().dim(2);
      kernelWidth = (int) layer.shape().dim(3);
      strides = ints(node.intsAttribute("strides", List.of(1L, 1L)));
      dilations = ints(node.intsAttribute("dilations", List.of(1L, 1L)));
      int spanY = dilations[0] * (kernelHeight - 1) + 1;
      int spanX = dilations[1] * (kernelWidth - 1) + 1;
      String auto = node.textAttribute("auto_pad", "NOTSET");
      pads =
          auto.startsWith("SAME")
              ? same(spanY, spanX, auto.equals("SAME_LOWER"))
              : ints(node.intsAttribute("pads", List.of(0L, 0L, 0L, 0L)));
      outHeight = (height + pads[0] + pads[2] - spanY) / strides[0] + 1;
      outWidth = (width + pads[1] + pads[3] - spanX) / strides[1] + 1;
    }

    private int[] same(int spanY, int spanX, boolean lower) {
      int down =
          Math.max(0, ((height + strides[0] - 1) / strides[0] - 1) * strides[0] + spanY - height);
      int across =
          Math.max(0, ((width + strides[1] - 1) / strides[1] - 1) * strides[1] + spanX - width);
      int top = lower ? down - down / 2 : down / 2;
      int left = lower ? across - across / 2 : across / 2;
      return new int[] {top, left, down - top, across - left};
    }

    private static int[] ints(List<Long> values) {
      return values.stream().mapToInt(Long::intValue).toArray();
    }

    int positions() {
      return outHeight * outWidth;
    }

    void fill(FloatBuffer images, int sample, int group, float[] rows) {
      int at = 0;
      for (int y = 0; y < outHeight; y++) {
        for (int x = 0; x < outWidth; x++) {
          for (int c = 0; c < channels; c++) {
            int plane = (sample * allChannels + group * channels + c) * height * width;
            for (int ky = 0; ky < kernelHeight; ky++) {
              int row = y * strides[0] - pads[0] + ky * dilations[0];
              for (int kx = 0; kx < kernelWidth; kx++) {
                int column = x * strides[1] - pads[1] + kx * dilations[1];
                boolean inside = row >= 0 && row < height && column >= 0 && column < width;
                rows[at++] = inside ? images.get(plane + row * width + column) : 0;
              }
            }
          }
        }
      }
    }
  }
}
