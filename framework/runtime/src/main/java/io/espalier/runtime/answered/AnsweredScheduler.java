package io.espalier.runtime.answered;

import io.espalier.api.Description;
import io.espalier.api.Horizon;
import io.espalier.api.Parameters;
import io.espalier.api.Schedule;
import io.espalier.api.Scheduler;
import io.espalier.proto.ExtensionAnswer;
import io.espalier.proto.ExtensionCall;
import io.espalier.proto.MakeSchedule;
import io.espalier.proto.ScheduledUpdate;
import io.espalier.runtime.plugin.ExtensionKind;
import io.vertx.core.eventbus.EventBus;
import java.util.NavigableMap;
import java.util.TreeMap;

/** A scheduler whose updates somebody else lists, once, before the training begins. */
final class AnsweredScheduler implements Scheduler {
  private final EventBus bus;
  private final String id;

  AnsweredScheduler(EventBus bus, String id) {
    this.bus = bus;
    this.id = id;
  }

  @Override
  public Description description() {
    return Answers.description(ExtensionKind.SCHEDULER.id(), id);
  }

  @Override
  public Schedule schedule(Parameters parameters, Horizon horizon) {
    Answers answers = new Answers(bus, ExtensionKind.SCHEDULER.id(), id, parameters);
    ExtensionAnswer answer =
        answers.hold(
            talk ->
                talk.ask(
                    ExtensionCall.newBuilder()
                        .setMakeSchedule(
                            MakeSchedule.newBuilder()
                                .setTotalSteps(horizon.totalSteps())
                                .setStepsPerEpoch(horizon.stepsPerEpoch()))));
    NavigableMap<Integer, Double> updates = new TreeMap<>();
    for (ScheduledUpdate update : answer.getUpdatesList()) {
      boolean inTime = update.getStep() >= 0 && update.getStep() <= horizon.totalSteps();
      if (!inTime || !(update.getSparsity() >= 0 && update.getSparsity() < 1)) {
        throw answers.wrong(
            answer,
            "asks for sparsity %s at step %d (allowed: 0 to below 1, at steps 0 to %d)"
                .formatted(update.getSparsity(), update.getStep(), horizon.totalSteps()));
      }
      updates.put(update.getStep(), update.getSparsity());
    }
    if (updates.isEmpty()) {
      throw answers.wrong(answer, "lists no update; a schedule needs one at least");
    }
    return new Listed(updates);
  }

  /** A schedule by its updates. */
  private record Listed(NavigableMap<Integer, Double> updates) implements Schedule {
    @Override
    public boolean updatesAt(int step) {
      return updates.containsKey(step);
    }

    @Override
    public double sparsityAt(int step) {
      var last = updates.floorEntry(step);
      return last == null ? 0 : last.getValue();
    }

    @Override
    public double finalSparsity() {
      return updates.lastEntry().getValue();
    }
  }
}
