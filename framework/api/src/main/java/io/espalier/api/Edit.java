package io.espalier.api;

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
}
