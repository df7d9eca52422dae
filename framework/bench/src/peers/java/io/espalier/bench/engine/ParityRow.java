package io.espalier.bench.engine;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A class of tensors, and the one of them in which the two sides are furthest apart. An error is
 * the Euclidean norm of the difference over that of the tensor. A row is beyond the bound if the
 * error is; libtorch's step in double precision only tells who is off.
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

  /** One row for the tensors of both. */
  ParityRow worse(ParityRow other) {
    ParityRow far = Double.compare(other.error, error) > 0 ? other : this;
    return new ParityRow(
        name, tensors + other.tensors, far.worst, far.error, far.espalier, far.peer);
  }

  boolean beyond() {
    return !(error <= BOUND);
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
