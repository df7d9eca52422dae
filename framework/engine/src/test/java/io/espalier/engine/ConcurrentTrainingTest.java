package io.espalier.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.api.GradientQuery;
import io.espalier.api.GradientRequest;
import io.espalier.api.GradientStatistic;
import io.espalier.api.Model;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** Many trainings at once in one process come to what each comes to alone. */
class ConcurrentTrainingTest {
  private static final int AT_ONCE = 8;
  private static final ArrayData DATA = Trainings.data(120);

  private static Callable<Object> work(int number) {
    Model model =
        number % 2 == 0
            ? Trainings.normalised(number)
            : Trainings.constrained(Trainings.net(number).classifier(4));
    if (number % 4 == 3) {
      GradientQuery query = GradientQuery.ofWeights("w0", GradientStatistic.SQUARED_GRADIENT);
      GradientRequest request =
          new GradientRequest(model, DATA, Trainings.NONE, 3, 6, 16, true, List.of(query));
      return () -> new Trainer("test", Trainings.threads(2)).gradients(request);
    }
    TrainingOptions options =
        number % 4 == 2
            ? Trainings.threads(3).with(new Augmentation(1, true, 0.8))
            : Trainings.threads(2);
    return () -> Trainings.train(model, DATA, options);
  }

  @Test
  void disturbNoOther() throws Exception {
    List<Object> alone = new ArrayList<>();
    for (int i = 0; i < AT_ONCE; i++) {
      alone.add(work(i).call());
    }
    ExecutorService pool = Executors.newFixedThreadPool(AT_ONCE);
    try {
      List<Future<Object>> together = new ArrayList<>();
      for (int i = 0; i < AT_ONCE; i++) {
        together.add(pool.submit(work(i)));
      }
      for (int i = 0; i < AT_ONCE; i++) {
        assertThat(together.get(i).get()).as("training %d", i).isEqualTo(alone.get(i));
      }
    } finally {
      pool.shutdownNow();
    }
  }
}
