package io.espalier.runtime;

import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.api.Model;
import io.espalier.api.Tensor;
import io.espalier.core.Verification;
import io.espalier.runtime.scenario.StageKind;
import java.util.Map;

/** What every stage must keep true, checked by the host on what came out of it. */
final class StageChecks {
  private StageChecks() {}

  /**
   * Checks a stage's model against the one it was given: the same graph and tensors, no constraint
   * lost, and all that it has holds. Quantisation adds nodes and tensors and changes types, and
   * nothing else.
   *
   * @throws EspalierException ({@link FailureCode#VERIFICATION}) that names the tensor
   */
  static void check(StageTask task, Model after) {
    Model before = task.model();
    if (task.stage().spec().kind() == StageKind.SHRINK) {
      checkCut(task, before, after);
      return;
    }
    boolean quantised = task.stage().spec().kind() == StageKind.QUANTISE;
    if (!after.graph().equals(before.graph()) && !quantised) {
      throw failure("stage '%s' changed the graph".formatted(task.stage().name()));
    }
    if (!quantised) {
      requireSameTensors(task, before, after);
    }
    if (task.stage().spec().kind() != StageKind.PRUNE && !after.masks().equals(before.masks())) {
      throw failure("stage '%s' changed the masks".formatted(task.stage().name()));
    }
    for (String tensor : before.masks().keySet()) {
      requireKept(task, "mask", tensor, after.masks().containsKey(tensor));
    }
    for (String tensor : before.codebooks().keySet()) {
      requireKept(task, "codebook", tensor, after.codebooks().containsKey(tensor));
    }
    Verification.check(quantised ? before : after, after);
    Verification.check(after, after);
  }

  /**
   * What may change where channels leave: no tensor is longer along any axis, inputs and outputs
   * stay, and a mask or codebook goes only with its tensor.
   */
  private static void checkCut(StageTask task, Model before, Model after) {
    String stage = task.stage().name();
    if (!after.graph().inputs().equals(before.graph().inputs())
        || !after.graph().outputs().equals(before.graph().outputs())) {
      throw failure("stage '%s' changed inputs or outputs".formatted(stage));
    }
    for (Tensor tensor : after.tensors().values()) {
      Tensor old = before.tensors().get(tensor.name());
      if (old == null) {
        continue;
      }
      boolean grown = tensor.type() != old.type() || tensor.shape().rank() != old.shape().rank();
      for (int axis = 0; !grown && axis < tensor.shape().rank(); axis++) {
        grown = tensor.shape().dim(axis) > old.shape().dim(axis);
      }
      if (grown) {
        throw failure("stage '%s' made %s of %s".formatted(stage, tensor, old));
      }
      requireKept(task, "mask", tensor.name(), same(before.masks(), after.masks(), tensor));
      requireKept(
          task, "codebook", tensor.name(), same(before.codebooks(), after.codebooks(), tensor));
    }
    Verification.check(after, after);
  }

  private static boolean same(Map<String, ?> before, Map<String, ?> after, Tensor tensor) {
    return before.containsKey(tensor.name()) == after.containsKey(tensor.name());
  }

  private static void requireSameTensors(StageTask task, Model before, Model after) {
    if (!after.tensors().keySet().equals(before.tensors().keySet())) {
      throw failure(
          "stage '%s' left tensors %s of %s"
              .formatted(task.stage().name(), after.tensors().keySet(), before.tensors().keySet()));
    }
    for (Tensor tensor : before.tensors().values()) {
      Tensor other = after.tensor(tensor.name());
      if (other.type() != tensor.type() || !other.shape().equals(tensor.shape())) {
        throw failure("stage '%s' made %s of %s".formatted(task.stage().name(), other, tensor));
      }
    }
  }

  private static void requireKept(StageTask task, String what, String tensor, boolean there) {
    if (!there) {
      throw failure(
          "stage '%s' lost the %s of tensor '%s'".formatted(task.stage().name(), what, tensor));
    }
  }

  private static EspalierException failure(String problem) {
    return new EspalierException(FailureCode.VERIFICATION, problem);
  }
}
