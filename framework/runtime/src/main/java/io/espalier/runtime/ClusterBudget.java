package io.espalier.runtime;

import io.espalier.api.Codebook;
import io.espalier.api.Dataset;
import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.api.Model;
import io.espalier.api.Parameters;
import io.espalier.core.BudgetPath;
import io.espalier.core.Encoding;
import io.espalier.core.EntropyBound;
import io.espalier.core.OnnxFormat;
import io.espalier.runtime.measure.Evaluator;
import io.espalier.runtime.scenario.ClusterSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.function.Predicate;

/**
 * Chooses the numbers of values for a budget: along the path on which bytes buy most error off, the
 * last stop whose container has no more than so many bytes, or the first whose accuracy is no lower
 * than that. Both are found by bisection and measured, not estimated.
 */
final class ClusterBudget {
  private final StageTask task;
  private final ClusterOrder order;
  private final List<List<OptionalInt>> counts = new ArrayList<>();
  private final List<List<Integer>> stops;

  ClusterBudget(StageTask task, ClusterOrder order) {
    this.task = task;
    this.order = order;
    List<List<BudgetPath.Way>> ways = new ArrayList<>();
    for (SharedWeights shared : order.weights()) {
      ways.add(tried(shared));
    }
    this.stops = BudgetPath.stops(ways);
  }

  static boolean isIn(Parameters settings) {
    return settings.find(ClusterSettings.MAX_BYTES).isPresent()
        || settings.find(ClusterSettings.MAX_DROP).isPresent();
  }

  /** What each number of values comes to, up to the first that the clusterer finds too many. */
  private List<BudgetPath.Way> tried(SharedWeights shared) {
    List<OptionalInt> own = new ArrayList<>();
    List<BudgetPath.Way> ways = new ArrayList<>();
    for (OptionalInt count : asked(shared)) {
      try {
        ways.add(way(shared, count));
        own.add(count);
      } catch (EspalierException e) {
        if (ways.isEmpty() || e.code() != FailureCode.USAGE) {
          throw e;
        }
        break;
      }
    }
    counts.add(own);
    return ways;
  }

  private List<OptionalInt> asked(SharedWeights shared) {
    if (shared.clusters().isPresent()) {
      return List.of(shared.clusters());
    }
    return task.stage().spec().settings().get(ClusterSettings.CLUSTERS_TO_TRY).stream()
        .map(OptionalInt::of)
        .toList();
  }

  private BudgetPath.Way way(SharedWeights shared, OptionalInt count) {
    List<Codebook> codebooks = order.codebooks(shared, count);
    double bits = codebooks.stream().mapToDouble(c -> EntropyBound.bits(c.decode())).sum();
    return new BudgetPath.Way(bits / Byte.SIZE, order.error(shared, codebooks));
  }

  /**
   * The codebooks of the stop that was chosen.
   *
   * @throws EspalierException ({@link FailureCode#USAGE}) if no stop is within the budget; it says
   *     what the best one has
   */
  List<Codebook> codebooks() {
    Parameters settings = task.stage().spec().settings();
    return settings
        .find(ClusterSettings.MAX_BYTES)
        .map(this::within)
        .orElseGet(() -> accurate(settings));
  }

  private List<Codebook> within(int most) {
    Predicate<Integer> fits = stop -> bytes(stop) <= most;
    if (!fits.test(0)) {
      throw refused(
          ClusterSettings.MAX_BYTES.name(),
          "%d is not enough: with the fewest values of clustersToTry the container has %d bytes"
              .formatted(most, bytes(0)));
    }
    int stop = firstNot(fits) - 1;
    order.tell("INFO", "the compact container has %d of %d bytes".formatted(bytes(stop), most));
    return at(stop);
  }

  private List<Codebook> accurate(Parameters settings) {
    double most = settings.get(ClusterSettings.MAX_DROP);
    double before = accuracy(task.model());
    Predicate<Integer> falls = stop -> 100 * (before - accuracy(stop)) > most;
    int last = stops.size() - 1;
    if (falls.test(last)) {
      throw refused(
          ClusterSettings.MAX_DROP.name(),
          String.format(
              Locale.ROOT,
              "%s is not enough: with the most values of clustersToTry accuracy falls by %.2f points",
              most,
              100 * (before - accuracy(last))));
    }
    int stop = Math.min(last, firstNot(falls));
    order.tell(
        "INFO",
        String.format(
            Locale.ROOT,
            "accuracy on training samples falls by %.2f points before any fine-tuning (allowed: %s)",
            100 * (before - accuracy(stop)),
            most));
    return at(stop);
  }

  /**
   * The first stop at which a condition that holds at first does not hold; their number if none.
   */
  private int firstNot(Predicate<Integer> condition) {
    int low = 0;
    int high = stops.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (condition.test(middle)) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  private long bytes(int stop) {
    return Encoding.CONTAINER.size(order.apply(at(stop)));
  }

  private double accuracy(int stop) {
    return accuracy(order.apply(at(stop)));
  }

  private double accuracy(Model model) {
    Dataset dataset = task.context().run().dataset();
    int samples = task.stage().spec().settings().get(ClusterSettings.ACCURACY_SAMPLES);
    return Evaluator.evaluate(
            new OnnxFormat().bytes(model), new Last(dataset.train(), samples), dataset.classes())
        .accuracy();
  }

  private List<Codebook> at(int stop) {
    List<Codebook> codebooks = new ArrayList<>();
    for (int i = 0; i < counts.size(); i++) {
      OptionalInt count = counts.get(i).get(stops.get(stop).get(i));
      codebooks.addAll(order.codebooks(order.weights().get(i), count));
    }
    return codebooks;
  }

  private EspalierException refused(String parameter, String problem) {
    return new EspalierException(
        FailureCode.USAGE, "stages[%d].%s: %s".formatted(task.stage().index(), parameter, problem));
  }

  /** The last samples of a split, or all of them. */
  private record Last(Dataset.Split split, int most) implements Dataset.Split {
    @Override
    public int size() {
      return Math.min(most, split.size());
    }

    private int first() {
      return split.size() - size();
    }

    @Override
    public void read(int index, float[] into, int offset) {
      split.read(first() + index, into, offset);
    }

    @Override
    public int label(int index) {
      return split.label(first() + index);
    }
  }
}
