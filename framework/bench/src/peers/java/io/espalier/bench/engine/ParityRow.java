package io.espalier.bench.engine;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A class of tensors, and the one of them in which the two sides are furthest apart. An error is
 * the largest distance of an element, over the largest magnitude in the tensor.
 *
 * <p>libtorch's step in double precision tells who is off where the two in float differ. A tensor
 * is beyond the bound if they differ by more, unless libtorch's own float is as far from double
 * precision, but for a factor of {@value #FEW}: sums that cancel cannot be had in float any closer
 * than that.
 *
 * @param name of the row
 * @param tensors how many there are
 * @param worst name of the tensor
 * @param error of Espalier against libtorch, both in float
 * @param espalier error of Espalier against libtorch in double precision
 * @param peer error of libtorch in float against libtorch in double precision
 */
record ParityRow(
    String name, int tensors, String worst, double error, double espalier, double peer) {
  /** Relative error between two computations in float. */
  static final double BOUND = 1e-4;

  private static final double FEW = 5;

  /** One row for the tensors of both. */
  ParityRow worse(ParityRow other) {
    ParityRow far = beyond() != other.beyond() ? (beyond() ? this : other) : further(other);
    return new ParityRow(
        name, tensors + other.tensors, far.worst, far.error, far.espalier, far.peer);
  }

  private ParityRow further(ParityRow other) {
    return other.error > error ? other : this;
  }

  boolean beyond() {
    return !(error <= BOUND || espalier <= Math.max(BOUND, FEW * peer));
  }

  String text() {
    return "%-58s %3d tensors   error %.1e   (to double precision: espalier %.1e, libtorch %.1e)%s"
        .formatted(
            name, tensors, error, espalier, peer, beyond() ? "   BEYOND 1e-4: " + worst : "");
  }

  String json() {
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("name", name);
    row.put("tensors", tensors);
    row.put("worst", worst);
    row.put("error", error);
    row.put("bound", BOUND);
    row.put("espalierToDouble", espalier);
    row.put("peerToDouble", peer);
    row.put("beyond", beyond());
    try {
      return new ObjectMapper().writeValueAsString(row);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
