package io.espalier.core;

import io.espalier.api.Codebook;
import io.espalier.api.Constraint;
import io.espalier.api.DataType;
import io.espalier.api.Edit;
import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.api.Mask;
import io.espalier.api.Model;
import io.espalier.api.Plan;
import io.espalier.api.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/** Applies plans to models. */
public final class Plans {
  /** Elements that a thread masks at a time. */
  private static final int BLOCK = 1 << 14;

  private Plans() {}

  /**
   * The model with a plan's edits done in order: unkept weights are exact zeros, tied weights have
   * their values of the codebook. The masks and codebooks become constraints of the model, each in
   * place of one of its kind on the same tensor. Removed channels are gone ({@link ChannelCut}).
   * Tensors that no edit concerns are shared.
   *
   * @throws EspalierException ({@link FailureCode#MODEL}) if an edit names no float tensor of the
   *     model, has another shape, removes what cannot go, or if a tensor is left with a mask and a
   *     codebook that does not give every unkept weight its zero entry
   */
  public static Model apply(Model model, Plan plan) {
    Model edited = model;
    List<Edit.RemoveChannels> cut = new ArrayList<>();
    Map<String, Mask> masks = new LinkedHashMap<>();
    for (Edit edit : plan.edits()) {
      if (!(edit instanceof Edit.RemoveChannels)) {
        edited = cut(edited, plan, cut);
      }
      if (!(edit instanceof Edit.MaskWeights) || masks.containsKey(edit.tensor())) {
        edited = mask(edited, plan, masks);
      }
      if (edit instanceof Edit.RemoveChannels e) {
        cut.add(e);
      } else if (edit instanceof Edit.MaskWeights e) {
        masks.put(e.tensor(), e.mask());
      } else if (edit instanceof Edit.TieWeights e) {
        edited = tie(edited, plan, e.codebook());
      } else if (edit instanceof Edit.ReplaceWeights e) {
        edited = replace(edited, plan, e);
      }
    }
    return mask(cut(edited, plan, cut), plan, masks);
  }

  private static Model cut(Model model, Plan plan, List<Edit.RemoveChannels> edits) {
    if (edits.isEmpty()) {
      return model;
    }
    Model less =
        new Place("plan of " + plan.author()).explain(() -> ChannelCut.apply(model, edits));
    edits.clear();
    return less;
  }

  /** Masks tensors side by side: most of the time goes into memory that is touched first. */
  private static Model mask(Model model, Plan plan, Map<String, Mask> masks) {
    if (masks.isEmpty()) {
      return model;
    }
    for (Mask mask : masks.values()) {
      bound(model, plan, mask);
      Codebook codebook = model.codebooks().get(mask.tensor());
      if (codebook != null) {
        requireZeros(plan, mask, codebook);
      }
    }
    Model masked =
        model.withTensors(
            masks.values().parallelStream()
                .map(mask -> masked(model.tensor(mask.tensor()), mask))
                .toList());
    for (Mask mask : masks.values()) {
      masked = masked.withConstraint(mask);
    }
    masks.clear();
    return masked;
  }

  private static Model tie(Model model, Plan plan, Codebook codebook) {
    bound(model, plan, codebook);
    Mask mask = model.masks().get(codebook.tensor());
    if (mask != null) {
      requireZeros(plan, mask, codebook);
    }
    return model.withTensors(List.of(codebook.decode())).withConstraint(codebook);
  }

  private static Model replace(Model model, Plan plan, Edit.ReplaceWeights edit) {
    Tensor values = edit.values();
    Tensor tensor = model.tensors().get(values.name());
    if (tensor == null
        || tensor.type() != values.type()
        || !tensor.shape().equals(values.shape())) {
      throw new EspalierException(
          FailureCode.MODEL,
          "plan of %s: %s: it is %s, the model's tensor %s"
              .formatted(plan.author(), edit, values, tensor == null ? "is missing" : tensor));
    }
    if (model.codebooks().containsKey(values.name())) {
      throw new EspalierException(
          FailureCode.MODEL,
          "plan of %s: %s: a codebook binds the tensor".formatted(plan.author(), edit));
    }
    Mask mask = model.masks().get(values.name());
    return model.withTensors(List.of(mask == null ? values : masked(values, mask)));
  }

  private static Tensor masked(Tensor tensor, Mask mask) {
    IntBuffer values = tensor.bytes().asIntBuffer();
    ByteBuffer bytes =
        ByteBuffer.allocateDirect(tensor.bytes().remaining()).order(ByteOrder.LITTLE_ENDIAN);
    IntBuffer kept = bytes.asIntBuffer();
    byte[] bits = mask.toBytes();
    IntStream.range(0, (mask.size() + BLOCK - 1) / BLOCK)
        .parallel()
        .forEach(block -> copyKept(bits, block * BLOCK, values, kept));
    return Tensor.of(tensor.name(), tensor.type(), tensor.shape(), bytes);
  }

  /** Copies a block's elements, the kept ones as they are and the others as zeros. */
  private static void copyKept(byte[] bits, int first, IntBuffer values, IntBuffer kept) {
    int[] block = new int[Math.min(BLOCK, values.limit() - first)];
    values.get(first, block);
    for (int i = 0; i < block.length; i++) {
      block[i] &= -(bits[(first + i) / Byte.SIZE] >> i % Byte.SIZE & 1);
    }
    kept.put(first, block);
  }

  private static Tensor bound(Model model, Plan plan, Constraint constraint) {
    Tensor tensor = model.tensors().get(constraint.tensor());
    if (tensor == null) {
      throw refused(plan, constraint, "the model has no such tensor");
    }
    if (tensor.type() != DataType.FLOAT) {
      throw refused(plan, constraint, "the tensor is " + tensor.type() + ", not float");
    }
    if (!tensor.shape().equals(constraint.shape())) {
      throw refused(
          plan,
          constraint,
          "it has shape %s, the tensor %s".formatted(constraint.shape(), tensor.shape()));
    }
    return tensor;
  }

  private static void requireZeros(Plan plan, Mask mask, Codebook codebook) {
    OptionalInt zero = codebook.zero();
    for (int i = 0; i < mask.size(); i++) {
      if (!mask.keeps(i) && (zero.isEmpty() || codebook.index(i) != zero.getAsInt())) {
        throw refused(
            plan,
            codebook,
            "element %d is masked, but the codebook gives it %s; a masked element needs %s"
                .formatted(
                    i,
                    codebook.value(codebook.index(i)),
                    zero.isPresent()
                        ? "the zero entry " + zero.getAsInt()
                        : "a zero entry, and the codebook has none"));
      }
    }
  }

  private static EspalierException refused(Plan plan, Constraint constraint, String problem) {
    return new EspalierException(
        FailureCode.MODEL, "plan of %s: %s: %s".formatted(plan.author(), constraint, problem));
  }
}
