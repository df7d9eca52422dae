package io.espalier.runtime;

import com.google.protobuf.ByteString;
import io.espalier.api.Layer;
import io.espalier.api.Model;
import io.espalier.api.Tensor;
import io.espalier.proto.LayerWeights;
import java.nio.FloatBuffer;

/** The weights of one layer as a histogram and as a picture of what is zero. */
final class LayerPicture {
  private static final int BINS = 61;
  private static final int MOST_CELLS = 256;
  private static final int FULL = 255;

  private LayerPicture() {}

  static LayerWeights of(Model model, Layer layer) {
    Tensor tensor = model.tensor(layer.weight());
    int rows = Math.toIntExact(layer.shape().dim(0));
    int columns = tensor.size() / rows;
    FloatBuffer weights = tensor.floats();
    LayerWeights.Builder out =
        LayerWeights.newBuilder().setLayer(layer.name()).setRows(rows).setColumns(columns);
    histogram(out, weights);
    picture(out, weights, rows, columns);
    return out.build();
  }

  private static void histogram(LayerWeights.Builder out, FloatBuffer weights) {
    float least = Float.POSITIVE_INFINITY;
    float most = Float.NEGATIVE_INFINITY;
    int zeros = 0;
    for (int i = 0; i < weights.limit(); i++) {
      float weight = weights.get(i);
      if (weight == 0) {
        zeros++;
      } else if (Float.isFinite(weight)) {
        least = Math.min(least, weight);
        most = Math.max(most, weight);
      }
    }
    out.setZeros(zeros);
    if (least > most) {
      return;
    }
    int[] bins = new int[BINS];
    double width = Math.max((double) most - least, Float.MIN_NORMAL) / BINS;
    for (int i = 0; i < weights.limit(); i++) {
      float weight = weights.get(i);
      if (weight != 0 && Float.isFinite(weight)) {
        bins[Math.min(BINS - 1, (int) ((weight - least) / width))]++;
      }
    }
    out.setMinimum(least).setMaximum(most);
    for (int bin : bins) {
      out.addBins(bin);
    }
  }

  private static void picture(
      LayerWeights.Builder out, FloatBuffer weights, int rows, int columns) {
    int high = Math.min(rows, MOST_CELLS);
    int wide = Math.min(columns, MOST_CELLS);
    int[] all = new int[high * wide];
    int[] kept = new int[high * wide];
    for (int row = 0; row < rows; row++) {
      int line = (int) ((long) row * high / rows) * wide;
      for (int column = 0; column < columns; column++) {
        int cell = line + (int) ((long) column * wide / columns);
        all[cell]++;
        kept[cell] += weights.get(row * columns + column) == 0 ? 0 : 1;
      }
    }
    byte[] shares = new byte[all.length];
    for (int i = 0; i < shares.length; i++) {
      shares[i] = (byte) Math.round((double) FULL * kept[i] / all[i]);
    }
    out.setPictureRows(high).setPictureColumns(wide).setPicture(ByteString.copyFrom(shares));
  }
}
