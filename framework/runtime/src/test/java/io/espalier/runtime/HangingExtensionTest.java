package io.espalier.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.api.Dataset;
import io.espalier.api.DatasetSource;
import io.espalier.api.Description;
import io.espalier.api.EspalierException;
import io.espalier.api.Horizon;
import io.espalier.api.Parameters;
import io.espalier.api.Plan;
import io.espalier.api.Progress;
import io.espalier.api.PruneRequest;
import io.espalier.api.Pruner;
import io.espalier.api.Schedule;
import io.espalier.api.Scheduler;
import io.espalier.proto.Failure;
import io.espalier.proto.FailureCode;
import io.espalier.proto.RunRef;
import io.espalier.proto.RunState;
import io.espalier.proto.RunSummary;
import io.espalier.runtime.fake.FakeCatalog;
import io.espalier.runtime.fake.FakeDatasetSource;
import io.espalier.runtime.fake.FakePruner;
import io.espalier.runtime.fake.FakeScheduler;
import io.espalier.runtime.fake.Scenarios;
import io.espalier.runtime.scenario.Scenario;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An extension that hangs, leaks or breaks the virtual machine's rules ends its stage, no more. */
class HangingExtensionTest {
  private static final Duration PATIENCE = Duration.ofMillis(300);

  @TempDir Path folder;
  private final AtomicBoolean over = new AtomicBoolean();

  @AfterEach
  void letGo() {
    over.set(true);
  }

  /** Hangs and heeds no interrupt. */
  private void hang() {
    while (!over.get()) {
      try {
        Thread.sleep(5);
      } catch (InterruptedException e) {
        // A plugin that hangs for good takes no notice.
      }
    }
  }

  private Espalier start(FakeCatalog catalog) {
    return Espalier.start(
        new Espalier.Options(
                folder.resolve("runs"),
                catalog,
                folder.resolve("cache"),
                Optional.empty(),
                false,
                Progress.NONE)
            .withPatience(PATIENCE));
  }

  private Scenario pruning() {
    return Scenarios.of(folder, Scenarios.prune("prune", 12, 0.5));
  }

  private static FakeCatalog pruner(Supplier<Plan> plan) {
    return FakeCatalog.plain()
        .with(
            Pruner.class,
            FakePruner.ID,
            () ->
                new Pruner() {
                  @Override
                  public Description description() {
                    return new FakePruner().description();
                  }

                  @Override
                  public Plan plan(PruneRequest request) {
                    return plan.get();
                  }
                });
  }

  /** Runs what fails, then what does not; gives the failure. */
  private Failure failure(FakeCatalog catalog) {
    try (Espalier espalier = start(catalog)) {
      RunSummary end = RunProbe.run(espalier, pruning());
      assertThat(end.getState()).isEqualTo(RunState.RUN_STATE_FAILED);
      RunSummary next =
          RunProbe.run(espalier, Scenarios.of(folder, Scenarios.evaluate("evaluate")));
      assertThat(next.getState()).isEqualTo(RunState.RUN_STATE_SUCCEEDED);
      return RunProbe.await(espalier.failure(end.getRun())).orElseThrow();
    }
  }

  private static void isHang(Failure failure, String extension) {
    assertThat(failure.getCode()).isEqualTo(FailureCode.FAILURE_CODE_PLUGIN);
    assertThat(failure.getStage()).isEqualTo("prune");
    assertThat(failure.getMessage())
        .contains(extension, "of stage 'prune' hangs", "--extension-timeout");
  }

  @Test
  void aPrunerThatHangsFailsItsStage() {
    isHang(
        failure(
            pruner(
                () -> {
                  hang();
                  throw new IllegalStateException("too late");
                })),
        "pruner '" + FakePruner.ID + "'");
  }

  @Test
  void aFineTunerThatHangsBetweenTwoStepsFailsItsStage() {
    isHang(
        failure(
            FakeCatalog.withHook(
                step -> {
                  if (step == 3) {
                    hang();
                  }
                })),
        "fine-tuner");
  }

  @Test
  void aScheduleThatHangsFailsItsStage() {
    FakeCatalog catalog =
        FakeCatalog.plain()
            .with(
                Scheduler.class,
                FakeScheduler.ID,
                () ->
                    new Scheduler() {
                      @Override
                      public Description description() {
                        return new FakeScheduler().description();
                      }

                      @Override
                      public Schedule schedule(Parameters parameters, Horizon horizon) {
                        Schedule sound = new FakeScheduler().schedule(parameters, horizon);
                        return new Hanging(sound);
                      }
                    });

    isHang(failure(catalog), "scheduler");
  }

  /** Hangs once it is asked on a stage's thread. */
  private final class Hanging implements Schedule {
    private final Schedule sound;

    Hanging(Schedule sound) {
      this.sound = sound;
    }

    @Override
    public boolean updatesAt(int step) {
      if (step > 0 && Thread.currentThread().getName().startsWith("espalier-stage")) {
        hang();
      }
      return sound.updatesAt(step);
    }

    @Override
    public double sparsityAt(int step) {
      return sound.sparsityAt(step);
    }

    @Override
    public double finalSparsity() {
      return sound.finalSparsity();
    }
  }

  @Test
  void aDataSetThatHangsRefusesItsRunAndTheNextIsChecked() {
    AtomicBoolean hangs = new AtomicBoolean(true);
    FakeCatalog catalog =
        FakeCatalog.plain()
            .with(
                DatasetSource.class,
                FakeDatasetSource.ID,
                () ->
                    new DatasetSource() {
                      @Override
                      public Description description() {
                        return new FakeDatasetSource().description();
                      }

                      @Override
                      public Dataset open(Request request) {
                        if (hangs.getAndSet(false)) {
                          hang();
                        }
                        return new FakeDatasetSource().open(request);
                      }
                    });
    try (Espalier espalier = start(catalog)) {
      assertThatThrownBy(() -> espalier.submit(pruning()))
          .isInstanceOf(EspalierException.class)
          .hasMessageContaining("hangs");

      assertThat(RunProbe.run(espalier, pruning()).getState())
          .isEqualTo(RunState.RUN_STATE_SUCCEEDED);
    }
  }

  @Test
  void aRunThatIsPausedForLongDoesNotHang() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    try (Espalier espalier =
        start(
            FakeCatalog.withHook(
                step -> {
                  begun.countDown();
                  LockSupport.parkNanos(5_000_000);
                }))) {
      String run = espalier.submit(Scenarios.of(folder, Scenarios.train("train", 200)));
      begun.await();
      RunRef ref = RunRef.newBuilder().setRun(run).build();
      RunProbe.await(espalier.vertx().eventBus().request(Addresses.RUN_PAUSE, ref));

      Thread.sleep(3 * PATIENCE.toMillis());
      espalier.resume(run);

      assertThat(RunProbe.end(espalier, run).getState()).isEqualTo(RunState.RUN_STATE_SUCCEEDED);
    }
  }

  @Test
  void anExtensionThatExhaustsMemoryOrStackFailsItsStage() {
    Failure memory =
        failure(pruner(() -> new Plan("x" + new long[Integer.MAX_VALUE].length, List.of())));
    Failure stack = failure(pruner(HangingExtensionTest::endless));

    assertThat(memory.getMessage()).contains("failed", "OutOfMemoryError");
    assertThat(stack.getMessage()).contains("failed", "StackOverflowError");
  }

  private static Plan endless() {
    return new Plan(endless().author() + "x", endless().edits());
  }

  @Test
  void aThreadThatAnExtensionLeavesBehindDisturbsNothing() {
    Failure failure =
        failure(
            pruner(
                () -> {
                  Thread left =
                      new Thread(
                          () -> {
                            throw new IllegalStateException("left behind");
                          });
                  left.setUncaughtExceptionHandler((thread, thrown) -> {});
                  left.start();
                  throw new IllegalStateException("broken");
                }));

    assertThat(failure.getMessage()).contains("broken");
  }
}
