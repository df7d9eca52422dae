package io.espalier.bench;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Arrays;
import java.util.DoubleSummaryStatistics;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleSupplier;

/**
 * Espalier against a peer: both in alternating rounds of one process, so that what slows the
 * machine slows both.
 *
 * @param name of the row
 * @param espalier median figure of Espalier
 * @param peer median figure of the peer
 * @param unit of both
 * @param ratio median over the rounds: above 1 where Espalier is better, see {@link Quantity}
 * @param rounds the ratio of each round
 * @param besides figures of Espalier that the row states besides, by their names
 */
public record Comparison(
    String name,
    double espalier,
    double peer,
    String unit,
    double ratio,
    List<Double> rounds,
    @JsonAnyGetter Map<String, Double> besides) {
  /** A row that states nothing besides. */
  public Comparison(
      String name, double espalier, double peer, String unit, double ratio, List<Double> rounds) {
    this(name, espalier, peer, unit, ratio, rounds, Map.of());
  }

  /** The same row with another figure that it states besides. */
  public Comparison with(String figure, double value) {
    Map<String, Double> more = new LinkedHashMap<>(besides);
    more.put(figure, value);
    return new Comparison(name, espalier, peer, unit, ratio, rounds, more);
  }

  /**
   * Measures both sides in turn, after one round that does not count.
   *
   * @param quantity what the suppliers give, in {@code unit}
   */
  public static Comparison measure(
      String name,
      Quantity quantity,
      String unit,
      int rounds,
      DoubleSupplier espalier,
      DoubleSupplier peer) {
    espalier.getAsDouble();
    peer.getAsDouble();
    double[] ours = new double[rounds];
    double[] theirs = new double[rounds];
    for (int i = 0; i < rounds; i++) {
      ours[i] = espalier.getAsDouble();
      theirs[i] = peer.getAsDouble();
    }
    return of(name, quantity, unit, ours, theirs);
  }

  /**
   * What rounds came to that were measured already.
   *
   * @param espalier the figure of each round, in {@code unit}
   * @param peer the figure of each round, in {@code unit}
   */
  public static Comparison of(
      String name, Quantity quantity, String unit, double[] espalier, double[] peer) {
    double[] ratios = new double[espalier.length];
    for (int i = 0; i < ratios.length; i++) {
      ratios[i] = quantity.ratio(espalier[i], peer[i]);
    }
    return new Comparison(
        name,
        median(espalier),
        median(peer),
        unit,
        median(ratios),
        Arrays.stream(ratios).boxed().toList());
  }

  /** The middle value, or the mean of the two in the middle. */
  public static double median(double[] values) {
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

  /** One line for people, with the lowest and highest ratio of a round. */
  public String text() {
    DoubleSummaryStatistics spread =
        rounds.stream().mapToDouble(Double::doubleValue).summaryStatistics();
    StringBuilder more = new StringBuilder();
    besides.forEach((figure, value) -> more.append("   %s %,.2f".formatted(figure, value)));
    return "%-13s espalier %,.2f %s   peer %,.2f %s   ratio %,.2f (%,.2f to %,.2f in %d rounds)"
            .formatted(
                name,
                espalier,
                unit,
                peer,
                unit,
                ratio,
                spread.getMin(),
                spread.getMax(),
                rounds.size())
        + more;
  }
}
