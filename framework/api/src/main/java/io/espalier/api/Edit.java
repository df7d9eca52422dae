package io.espalier.api;

import java.util.ArrayList;
import java.util.List;

/** One change to a model. */
public sealed interface Edit {
  /** Name of the tensor that is changed. */
  String tensor();

  /** Holds the unkept weights of a tensor at zero. */
  record MaskWeights(Mask mask) implements Edit {
    @Override
    public String tensor() {
      return mask.tensor();
    }

    @Override
    public String toString() {
      return mask.toString();
    }
  }

  /** Gives every weight of a tensor its value of a codebook. */
  record TieWeights(Codebook codebook) implements Edit {
    @Override
    public String tensor() {
      return codebook.tensor();
    }

    @Override
    public String toString() {
      return codebook.toString();
    }
  }

  /**
   * Gives a tensor other values. What masks and codebooks bind is not free: a mask applies after
   * it, a codebook refuses it.
   *
   * @param values of the tensor's name, type and shape
   */
  record ReplaceWeights(Tensor values) implements Edit {
    @Override
    public String tensor() {
      return values.name();
    }

    @Override
    public String toString() {
      return "new values of " + values.name();
    }
  }

  /**
   * Takes channels out of the model: indices along an axis of a tensor, and with them whatever the
   * graph ties to them in other tensors ({@link ChannelGroup}). Such edits that follow each other
   * in a plan are one cut: all their indices are those of the model before it.
   *
   * @param tensor a tensor of the group, as a rule the weight that makes the channels
   * @param axis of that tensor
   * @param indices what goes, ascending and without repetition
   */
  record RemoveChannels(String tensor, int axis, List<Integer> indices) implements Edit {
    /**
     * @throws EspalierException ({@link FailureCode#MODEL}) if there is no index or they do not
     *     ascend
     */
    public RemoveChannels {
      indices = List.copyOf(indices);
      for (int i = 0; i < indices.size(); i++) {
        if (indices.get(i) < 0 || (i > 0 && indices.get(i) <= indices.get(i - 1))) {
          throw new EspalierException(
              FailureCode.MODEL,
              "indices to remove from '%s' do not ascend: %s".formatted(tensor, indices));
        }
      }
      if (indices.isEmpty() || axis < 0) {
        throw new EspalierException(
            FailureCode.MODEL,
            "removing %d indices along axis %d of '%s' is no edit"
                .formatted(indices.size(), axis, tensor));
      }
    }

    /** For instance {@code remove 3 along axis 0 of conv.weight: 1, 5-6}. */
    @Override
    public String toString() {
      return "remove %d along axis %d of %s: %s".formatted(indices.size(), axis, tensor, ranges());
    }

    private String ranges() {
      List<String> parts = new ArrayList<>();
      for (int from = 0; from < indices.size(); ) {
        int to = from;
        while (to + 1 < indices.size() && indices.get(to + 1) == indices.get(to) + 1) {
          to++;
        }
        int first = indices.get(from);
        parts.add(to == from ? "" + first : first + "-" + indices.get(to));
        from = to + 1;
      }
      return String.join(", ", parts);
    }
  }
}
