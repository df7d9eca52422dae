package io.espalier.testkit;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.api.Description;
import io.espalier.api.Edit;
import io.espalier.api.Layer;
import io.espalier.api.Mask;
import io.espalier.api.Parameter;
import io.espalier.api.Plan;
import io.espalier.api.PruneRequest;
import io.espalier.api.Pruner;
import io.espalier.api.Structure;
import io.espalier.api.WeightPruner;
import io.espalier.core.Layers;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** The contract passes a sound pruner and catches unsound ones. */
class PrunerContractTest extends PrunerContract {
  private static final AtomicInteger CALLS = new AtomicInteger();

  private Optional<Pruner> other = Optional.empty();

  @Override
  protected Pruner pruner() {
    return other.orElseGet(LastFirst::new);
  }

  @Test
  void catchesAPrunerThatCountsItsOwnWay() {
    other = Optional.of(new Truncating());

    assertCaught(() -> masksExactlyAsManyWeightsAsAsked(0.999));
  }

  @Test
  void catchesAPrunerThatKeepsAllTies() {
    other = Optional.of(new Threshold());

    assertCaught(() -> isExactAmongEqualWeights(0.5));
  }

  @Test
  void catchesAPrunerThatWritesToTheWeights() {
    other = Optional.of(new Destroyer());

    assertCaught(this::leavesTheModelBitIdentical);
  }

  @Test
  void catchesAPrunerThatPlansSomethingElseEveryTime() {
    other = Optional.of(new Moody());

    assertCaught(this::makesTheSamePlanAgain);
  }

  @Test
  void catchesAPrunerThatMasksAllLayers() {
    other = Optional.of(new Overeager());

    assertCaught(this::masksTheLayersItWasAskedForAndNoOther);
  }

  @Test
  void catchesAnExtensionThatThePluginManagerCannotCreate() {
    other = Optional.of(new Overeager());

    assertCaught(this::canBeCreatedByThePluginManager);
  }

  @Test
  void catchesADefaultThatIsNotAllowed() {
    other = Optional.of(new Truncating());

    assertCaught(this::allowsItsOwnDefaults);
  }

  private static void assertCaught(ThrowingCallable check) {
    assertThatThrownBy(check).isInstanceOf(AssertionError.class);
  }

  /** Sound: keeps the last weights. */
  @org.pf4j.Extension
  public static final class LastFirst implements WeightPruner {
    @Override
    public Description description() {
      return Description.of("last-first", "Keeps the last weights.");
    }

    @Override
    public INDArray scores(Layer layer, INDArray weights, PruneRequest request) {
      return Nd4j.arange(weights.length()).reshape(weights.shape());
    }
  }

  private abstract static class Unsound implements Pruner {
    @Override
    public Description description() {
      return Description.of(
          "unsound",
          "Breaks the contract.",
          Parameter.number("share", "a share").atLeast(0).below(1).or(0.5),
          Parameter.integer("window", "a window").atLeast(5).or(3));
    }

    @Override
    public Plan plan(PruneRequest request) {
      return new Plan(
          "unsound",
          request.targets().stream()
              .map(target -> (Edit) new Edit.MaskWeights(mask(target.sparsity(), target.layer())))
              .toList());
    }

    Mask mask(double sparsity, Layer layer) {
      return first(layer, (int) Math.ceil((1 - sparsity) * layer.shape().size()));
    }

    static Mask first(Layer layer, int count) {
      Mask.Builder mask = new Mask.Builder(layer.weight(), layer.shape());
      for (int i = 0; i < count; i++) {
        mask.keep(i);
      }
      return mask.build();
    }
  }

  private static final class Truncating extends Unsound {
    @Override
    Mask mask(double sparsity, Layer layer) {
      return first(layer, (int) ((1 - sparsity) * layer.shape().size()));
    }
  }

  private static final class Threshold extends Unsound {
    @Override
    Mask mask(double sparsity, Layer layer) {
      return Mask.all(layer.weight(), layer.shape());
    }
  }

  private static final class Destroyer implements WeightPruner {
    @Override
    public Description description() {
      return Description.of("destroyer", "Writes to the weights.");
    }

    @Override
    public INDArray scores(Layer layer, INDArray weights, PruneRequest request) {
      return weights.muli(weights);
    }
  }

  private static final class Moody extends Unsound {
    @Override
    Mask mask(double sparsity, Layer layer) {
      return first(layer, CALLS.incrementAndGet());
    }
  }

  private static final class Overeager extends Unsound {
    @Override
    public Plan plan(PruneRequest request) {
      double sparsity = request.targets().get(0).sparsity();
      return super.plan(
          new PruneRequest(
              request.model(),
              Layers.prunable(request.model()).stream()
                  .map(layer -> new PruneRequest.Target(layer, sparsity, Structure.ELEMENTS))
                  .toList(),
              request.parameters(),
              request.seed(),
              request.selector(),
              request.statistics()));
    }
  }
}
