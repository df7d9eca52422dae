package io.espalier.core;

import io.espalier.api.Codebook;
import io.espalier.api.Mask;
import io.espalier.api.Tensor;

/** Takes elements out of a tensor, and out of the constraints on it. */
interface WeightCut {
  Tensor apply(Tensor tensor);

  Mask apply(Mask mask);

  Codebook apply(Codebook codebook);
}
