package io.espalier.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleSupplier;

/**
 * Espalier against a peer: both in alternating rounds of one process, so that what slows the
 * machine slows both.
 *
 * @param name of the row
 * @param espalier median cost of Espalier
 * @param peer median cost of the peer
 * @param unit of both, where less is better
 * @param ratio median over the rounds of peer by Espalier: above 1 where Espalier is better
 * @param rounds the ratio of each round
 */
public record Comparison(
    String name, double espalier, double peer, String unit, double ratio, List<Double> rounds) {
  /** Measures both sides in turn, after one round that does not count. */
  public static Comparison measure(
      String name, String unit, int rounds, DoubleSupplier espalier, DoubleSupplier peer) {
    espalier.getAsDouble();
    peer.getAsDouble();
    double[] ours = new double[rounds];
    double[] theirs = new double[rounds];
    List<Double> ratios = new ArrayList<>();
    for (int i = 0; i < rounds; i++) {
      ours[i] = espalier.getAsDouble();
      theirs[i] = peer.getAsDouble();
      ratios.add(theirs[i] / ours[i]);
    }
    double ratio = median(ratios.stream().mapToDouble(Double::doubleValue).toArray());
    return new Comparison(name, median(ours), median(theirs), unit, ratio, ratios);
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  /** One line of JSON. */
  public String json() {
    try {
      return new ObjectMapper().writeValueAsString(this);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /** One line for people. */
  public String text() {
    return "%-12s espalier %,.2f %s   peer %,.2f %s   ratio %,.1f"
        .formatted(name, espalier, unit, peer, unit, ratio);
  }
}
