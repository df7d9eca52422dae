package io.espalier.testkit;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.api.Clusterer;
import io.espalier.api.Codebook;
import io.espalier.api.Description;
import io.espalier.api.EspalierException;
import io.espalier.api.NdTensors;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** The contract passes a sound clusterer and catches unsound ones. */
class ClustererContractTest extends ClustererContract {
  private static final AtomicInteger CALLS = new AtomicInteger();

  private Fault fault = Fault.NONE;

  @Override
  protected Clusterer clusterer() {
    Signs signs = new Signs();
    signs.fault = fault;
    return signs;
  }

  @Override
  protected int mostValues() {
    return 3;
  }

  @Test
  void catchesTooManyValues() {
    fault = Fault.TOO_MANY_VALUES;

    assertThatThrownBy(this::sharesNoMoreValuesThanAsked).isInstanceOf(AssertionError.class);
  }

  @Test
  void catchesALostZero() {
    fault = Fault.NO_ZERO;

    assertThatThrownBy(() -> keepsPrunedWeightsAtItsZero(0.5)).isInstanceOf(AssertionError.class);
    assertThatThrownBy(this::makesACodebookThatCanBeApplied).isInstanceOf(EspalierException.class);
  }

  @Test
  void catchesValuesFarFromTheWeights() {
    fault = Fault.FAR_AWAY;

    assertThatThrownBy(this::isNoWorseThanOneSharedValue).isInstanceOf(AssertionError.class);
  }

  @Test
  void catchesAnotherCodebookEveryTime() {
    fault = Fault.MOODY;

    assertThatThrownBy(this::makesTheSameCodebookAgain).isInstanceOf(AssertionError.class);
  }

  @Test
  void catchesWritingToTheWeights() {
    fault = Fault.WRITES;

    assertThatThrownBy(this::leavesTheWeightsBitIdentical).isInstanceOf(AssertionError.class);
  }

  private enum Fault {
    NONE,
    TOO_MANY_VALUES,
    NO_ZERO,
    FAR_AWAY,
    MOODY,
    WRITES
  }

  /** One value for negative weights, one for positive ones, one for zeros; or a fault. */
  @org.pf4j.Extension
  public static final class Signs implements Clusterer {
    private Fault fault = Fault.NONE;

    @Override
    public Description description() {
      return Description.of("signs", "Keeps the sign of each weight.");
    }

    @Override
    public Codebook cluster(Request request) {
      float[] weights = NdTensors.values(request.weights());
      float scale = 0.05f;
      char[] indices = new char[weights.length];
      for (int i = 0; i < weights.length; i++) {
        indices[i] = (char) (1 + Math.signum(weights[i]));
      }
      float[] values = {-scale, 0, scale};
      OptionalInt zero = OptionalInt.of(1);
      switch (fault) {
        case TOO_MANY_VALUES -> values = new float[] {-scale, 0, scale, 1};
        case NO_ZERO -> zero = OptionalInt.empty();
        case FAR_AWAY -> values = new float[] {-9, 0, 9};
        case MOODY -> values = new float[] {-scale, 0, scale / CALLS.incrementAndGet()};
        case WRITES -> request.weights().addi(1);
        case NONE -> {}
      }
      return new Codebook(request.layer().weight(), request.layer().shape(), values, indices, zero);
    }
  }
}
