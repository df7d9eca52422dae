package io.espalier.plugins.lotteryticket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.api.EspalierException;
import io.espalier.api.Model;
import io.espalier.api.Parameters;
import io.espalier.api.PruneRequest;
import io.espalier.api.Pruner;
import io.espalier.api.Shape;
import io.espalier.api.Statistics;
import io.espalier.api.Structure;
import io.espalier.core.ExactSelector;
import io.espalier.core.Layers;
import io.espalier.core.Plans;
import io.espalier.testkit.PrunerContract;
import io.espalier.testkit.SmallModels;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LotteryTicketPrunerTest extends PrunerContract {
  @Override
  protected Pruner pruner() {
    return new LotteryTicketPruner();
  }

  private static PruneRequest request(Model now, Optional<Model> origin) {
    return new PruneRequest(
        now,
        List.of(new PruneRequest.Target(Layers.prunable(now).get(0), 0.5, Structure.ELEMENTS)),
        Parameters.of(new LotteryTicketPruner().description(), Map.of()),
        1,
        new ExactSelector(),
        Statistics.NONE,
        origin);
  }

  @Test
  void whatIsLeftHasTheValuesItHadBefore() {
    Model first = SmallModels.dense(Shape.of(2, 2), 1, 2, 3, 4);
    Model trained = SmallModels.dense(Shape.of(2, 2), 9, 0.1f, -8, 0.2f);

    Model ticket =
        Plans.apply(trained, new LotteryTicketPruner().plan(request(trained, Optional.of(first))));

    assertThat(ticket.tensor("w").toFloatArray()).containsExactly(1, 0, 3, 0);
    assertThat(ticket.masks())
        .hasEntrySatisfying("w", mask -> assertThat(mask.kept()).isEqualTo(2));
  }

  @Test
  void rewindsWeightsThatAreNotPrunedToo() {
    Model first = SmallModels.cnn(1);
    Model trained = SmallModels.cnn(2);

    Model ticket =
        Plans.apply(trained, new LotteryTicketPruner().plan(request(trained, Optional.of(first))));

    assertThat(ticket.tensor("dense.weight")).isEqualTo(first.tensor("dense.weight"));
  }

  @Test
  void needsAnEarlierState() {
    Model now = SmallModels.dense(Shape.of(2, 2), 1, 2, 3, 4);

    assertThatThrownBy(() -> new LotteryTicketPruner().plan(request(now, Optional.empty())))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("no earlier state");
  }
}
