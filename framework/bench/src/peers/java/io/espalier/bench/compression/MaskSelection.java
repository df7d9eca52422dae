package io.espalier.bench.compression;

import io.espalier.api.Layer;
import io.espalier.api.Mask;
import io.espalier.api.Shape;
import io.espalier.bench.Comparison;
import io.espalier.bench.Quantity;
import io.espalier.core.ExactSelector;
import java.util.SplittableRandom;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.T_TensorTensor_T;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * The mask of the 20 % highest of 25 million scores: Espalier's exact selection against libtorch's
 * {@code kthvalue} and a comparison. Both begin with the scores in memory and end with a mask
 * there; before anything is measured, both must keep the same weights.
 */
final class MaskSelection {
  private static final int ROWS = 5000;
  private static final int SIZE = ROWS * ROWS;
  private static final double SPARSITY = 0.8;
  private static final int ROUNDS = 7;
  private static final double NANOS = 1e9;
  private static final int THREADS = 2;

  private final Layer layer = new Layer("dense", "Gemm", "w", Shape.of(ROWS, ROWS));
  private final float[] scores = new float[SIZE];
  private final Tensor theirs;

  private MaskSelection() {
    torch.set_num_threads(THREADS);
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < SIZE; i++) {
      scores[i] = (float) Math.abs(random.nextGaussian());
    }
    theirs = Tensor.create(scores, SIZE);
  }

  static Comparison compare() {
    MaskSelection both = new MaskSelection();
    both.requireAgreement();
    return Comparison.measure(
        "mask-selection",
        Quantity.SPEED,
        "M weights/s",
        ROUNDS,
        () -> rate(both::espalier),
        () -> rate(both::libtorch));
  }

  private static double rate(Runnable work) {
    long begin = System.nanoTime();
    work.run();
    return SIZE / 1e6 / ((System.nanoTime() - begin) / NANOS);
  }

  private Mask espalier() {
    return new ExactSelector().keepHighest(layer, scores, SPARSITY);
  }

  /** How many weights the mask keeps. */
  private long libtorch() {
    PointerScope scope = new PointerScope();
    try {
      long drop = SIZE - ExactSelector.kept(SIZE, SPARSITY);
      T_TensorTensor_T lowest = torch.kthvalue(theirs, drop);
      Tensor mask = theirs.gt(new Scalar(lowest.get0().item_float()));
      return mask.numel();
    } finally {
      scope.close();
    }
  }

  private void requireAgreement() {
    PointerScope scope = new PointerScope();
    try {
      Mask mask = espalier();
      long drop = SIZE - ExactSelector.kept(SIZE, SPARSITY);
      float threshold = torch.kthvalue(theirs, drop).get0().item_float();
      int differing = 0;
      int ties = 0;
      for (int i = 0; i < SIZE; i++) {
        ties += scores[i] == threshold ? 1 : 0;
        differing += mask.keeps(i) == scores[i] > threshold ? 0 : 1;
      }
      if (differing >= Math.max(1, ties)) {
        throw new IllegalStateException(
            "the masks differ in %d weights, %d of equal score".formatted(differing, ties));
      }
    } finally {
      scope.close();
    }
  }
}
