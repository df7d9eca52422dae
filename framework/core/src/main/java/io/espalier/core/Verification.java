package io.espalier.core;

import io.espalier.api.Codebook;
import io.espalier.api.Constraint;
import io.espalier.api.DataType;
import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.api.Mask;
import io.espalier.api.Model;
import io.espalier.api.Tensor;
import io.espalier.api.ValueInfo;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;

/** Checks that what was asked for is what is there. */
public final class Verification {
  private Verification() {}

  /**
   * Checks a model as read back from a file against the model that was meant: every masked weight
   * is zero, every clustered tensor takes only values of its codebook, and the inputs and outputs
   * are the same.
   *
   * @param intended the model with its constraints
   * @param exported the model as a stranger reads it; its own constraints do not matter
   * @throws EspalierException ({@link FailureCode#VERIFICATION}) naming the tensor, what was asked
   *     for and what was found
   */
  public static void check(Model intended, Model exported) {
    requireSame("inputs", intended.graph().inputs(), exported.graph().inputs());
    requireSame("outputs", intended.graph().outputs(), exported.graph().outputs());
    for (Mask mask : intended.masks().values()) {
      checkMask(mask, found(mask, exported));
    }
    for (Codebook codebook : intended.codebooks().values()) {
      checkCodebook(codebook, found(codebook, exported));
    }
  }

  private static void requireSame(String what, List<ValueInfo> asked, List<ValueInfo> found) {
    if (!asked.equals(found)) {
      throw failure("the model's %s are %s, not %s".formatted(what, found, asked));
    }
  }

  private static Tensor found(Constraint constraint, Model exported) {
    Tensor tensor = exported.tensors().get(constraint.tensor());
    if (tensor == null) {
      throw failure("tensor '%s' is missing".formatted(constraint.tensor()));
    }
    if (tensor.type() != DataType.FLOAT || !tensor.shape().equals(constraint.shape())) {
      throw failure(
          "tensor '%s' is %s %s, not float %s"
              .formatted(tensor.name(), tensor.type(), tensor.shape(), constraint.shape()));
    }
    return tensor;
  }

  private static void checkMask(Mask mask, Tensor tensor) {
    FloatBuffer values = tensor.floats();
    int alive = 0;
    for (int i = 0; i < mask.size(); i++) {
      if (!mask.keeps(i) && values.get(i) != 0) {
        alive++;
      }
    }
    if (alive > 0) {
      int asked = mask.size() - mask.kept();
      throw failure(
          "tensor '%s': the mask asks for zeros at %d of %d weights, found them at %d"
              .formatted(mask.tensor(), asked, mask.size(), asked - alive));
    }
  }

  private static void checkCodebook(Codebook codebook, Tensor tensor) {
    float[] allowed = codebook.values();
    Arrays.sort(allowed);
    FloatBuffer values = tensor.floats();
    int strange = 0;
    for (int i = 0; i < values.limit(); i++) {
      float value = values.get(i);
      if (Arrays.binarySearch(allowed, value) < 0
          && (value != 0 || Arrays.binarySearch(allowed, -value) < 0)) {
        strange++;
      }
    }
    if (strange > 0) {
      throw failure(
          "tensor '%s': the codebook allows %d values, found %d different ones, and %d of %d weights have a value outside the codebook"
              .formatted(
                  codebook.tensor(),
                  codebook.count(),
                  UniqueValues.count(tensor.floats()),
                  strange,
                  tensor.size()));
    }
  }

  private static EspalierException failure(String problem) {
    return new EspalierException(FailureCode.VERIFICATION, problem);
  }
}
