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
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

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
    Map<String, Codebook> palettes = new HashMap<>();
    for (Codebook codebook : intended.codebooks().values()) {
      checkCodebook(codebook, found(codebook, exported));
      codebook
          .palette()
          .map(palette -> palettes.putIfAbsent(palette, codebook))
          .ifPresent(first -> requireSameValues(first, codebook));
    }
  }

  private static void requireSameValues(Codebook one, Codebook other) {
    if (!Arrays.equals(one.values(), other.values())) {
      throw failure(
          "tensors '%s' and '%s' share a palette, but have other values"
              .formatted(one.tensor(), other.tensor()));
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
    boolean known = tensor.type() == DataType.FLOAT || tensor.type() == DataType.INT8;
    if (!known || !tensor.shape().equals(constraint.shape())) {
      throw failure(
          "tensor '%s' is %s %s, not float or int8 %s"
              .formatted(tensor.name(), tensor.type(), tensor.shape(), constraint.shape()));
    }
    return tensor;
  }

  private static void checkMask(Mask mask, Tensor tensor) {
    boolean real = tensor.type() == DataType.FLOAT;
    ByteBuffer values = tensor.bytes();
    int alive = 0;
    for (int i = 0; i < mask.size(); i++) {
      float value = real ? values.getFloat() : values.get();
      if (!mask.keeps(i) && value != 0) {
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
    if (tensor.type() == DataType.INT8) {
      checkShared(codebook, tensor);
      return;
    }
    float[] allowed = codebook.values();
    Arrays.sort(allowed);
    FloatBuffer values = tensor.floats();
    boolean byChannel = codebook.channelAxis().isPresent();
    int strange = 0;
    for (int i = 0; i < values.limit(); i++) {
      float value = values.get(i);
      boolean fits =
          byChannel
              ? value == codebook.value(codebook.index(i))
              : Arrays.binarySearch(allowed, value) >= 0
                  || value == 0 && Arrays.binarySearch(allowed, -value) >= 0;
      if (!fits) {
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

  /** Whether quantised weights share values as the codebook says, its zero being 0. */
  private static void checkShared(Codebook codebook, Tensor tensor) {
    ByteBuffer values = tensor.bytes();
    int[] shared = new int[codebook.count()];
    boolean[] seen = new boolean[codebook.count()];
    codebook.zero().ifPresent(zero -> seen[zero] = true);
    int strange = 0;
    for (int i = 0; i < tensor.size(); i++) {
      int entry = codebook.index(i);
      int value = values.get(i);
      shared[entry] = seen[entry] ? shared[entry] : value;
      seen[entry] = true;
      strange += shared[entry] == value ? 0 : 1;
    }
    if (strange > 0) {
      throw failure(
          "tensor '%s': %d of %d quantised weights have not the value that others of their entry in the codebook have"
              .formatted(codebook.tensor(), strange, tensor.size()));
    }
  }

  private static EspalierException failure(String problem) {
    return new EspalierException(FailureCode.VERIFICATION, problem);
  }
}
