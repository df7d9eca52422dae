// Smooths a curve as the slider says.

/** An exponential mean without the bias of its start. */
export function smoothed(values: Float64Array, weight: number): Float64Array {
  const out = new Float64Array(values.length);
  let mean = 0;
  let debias = 0;
  values.forEach((value, i) => {
    if (Number.isFinite(value)) {
      mean = weight * mean + (1 - weight) * value;
      debias = weight * debias + (1 - weight);
    }
    out[i] = debias > 0 ? mean / debias : value;
  });
  return out;
}
