package io.espalier.runtime.gateway;

import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.proto.EventBatch;
import io.espalier.proto.PluginInfo;
import io.espalier.proto.PluginList;
import io.espalier.proto.ReadEvents;
import io.espalier.proto.RunEvent;
import io.espalier.proto.RunFinished;
import io.espalier.proto.RunList;
import io.espalier.proto.RunRef;
import io.espalier.proto.RunState;
import io.espalier.proto.RunSummary;
import io.espalier.proto.Step;
import io.espalier.runtime.Addresses;
import io.espalier.runtime.BusCodecs;
import io.espalier.runtime.EventLog;
import io.espalier.runtime.EventLogReader;
import io.espalier.runtime.FailedReplies;
import io.espalier.runtime.RunFolder;
import io.espalier.runtime.RunStore;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/**
 * The bus side of the gateway, for tests: answers the run addresses from real event logs and
 * appends and publishes what a test tells it to.
 */
final class FakeRuns implements AutoCloseable {
  final RunStore store;

  /** Control requests as {@code address run}, in the order they came. */
  final List<String> asked = new CopyOnWriteArrayList<>();

  /** Positions asked of a log, in the order they came. */
  final List<Integer> reads = new CopyOnWriteArrayList<>();

  /** The largest {@code limit} asked of a log. */
  volatile int mostAsked;

  private final List<MessageConsumer<?>> services = new CopyOnWriteArrayList<>();
  private final Vertx vertx;
  private final Map<String, EventLog> logs = new ConcurrentHashMap<>();
  private final Map<String, RunState> states = new ConcurrentHashMap<>();

  FakeRuns(Vertx vertx, Path root) {
    this.vertx = vertx;
    this.store = new RunStore(root);
    BusCodecs.register(vertx);
    answer(Addresses.RUN_LIST, (Object ignored) -> list());
    answer(Addresses.RUN_GET, (RunRef ref) -> summary(ref.getRun()));
    answer(Addresses.RUN_EVENTS, this::read);
    for (String address :
        List.of(Addresses.RUN_PAUSE, Addresses.RUN_RESUME, Addresses.RUN_CANCEL)) {
      answer(
          address,
          (RunRef ref) -> {
            asked.add(address + " " + ref.getRun());
            return summary(ref.getRun());
          });
    }
    answer(
        Addresses.PLUGIN_LIST,
        (Object ignored) ->
            PluginList.newBuilder().addPlugins(PluginInfo.newBuilder().setId("magnitude")).build());
  }

  /** Ends as runs do when the process ends: nobody answers any more. */
  void leave() {
    services.forEach(service -> GatewayFixture.await(service.unregister()));
  }

  /** Lets the bus answer an address, as a test wants it. */
  <Q> void answering(String address, Function<Q, Object> reply) {
    answer(address, reply);
  }

  private <Q> void answer(String address, Function<Q, Object> reply) {
    services.add(
        vertx
            .eventBus()
            .<Q>consumer(
                address,
                (Message<Q> message) -> {
                  try {
                    message.reply(reply.apply(message.body()));
                  } catch (EspalierException e) {
                    FailedReplies.fail(message, e);
                  }
                }));
  }

  /** Makes a run and announces it. */
  RunFolder run(String id) {
    RunFolder folder = store.create(id);
    try {
      Files.writeString(folder.scenario(), "{}");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    logs.put(id, EventLog.open(folder.events(), id));
    state(id, RunState.RUN_STATE_RUNNING);
    return folder;
  }

  void state(String run, RunState state) {
    states.put(run, state);
    vertx.eventBus().publish(Addresses.RUNS, summary(run));
  }

  /** Logs an event and publishes it. */
  RunEvent append(String run, RunEvent.Builder event) {
    RunEvent logged = log(run).append(event);
    vertx.eventBus().publish(Addresses.event(run), logged);
    return logged;
  }

  /** Logs an event whose message gets lost. */
  RunEvent appendUnheard(String run, RunEvent.Builder event) {
    return log(run).append(event);
  }

  static RunEvent.Builder step(int step) {
    return RunEvent.newBuilder().setStep(Step.newBuilder().setStep(step).setLoss(0.5));
  }

  void finish(String run) {
    append(
        run,
        RunEvent.newBuilder()
            .setRunFinished(RunFinished.newBuilder().setState(RunState.RUN_STATE_SUCCEEDED)));
    state(run, RunState.RUN_STATE_SUCCEEDED);
  }

  private RunList list() {
    RunList.Builder list = RunList.newBuilder();
    logs.keySet().stream().sorted().forEach(run -> list.addRuns(summary(run)));
    return list.build();
  }

  private RunSummary summary(String run) {
    return RunSummary.newBuilder()
        .setLastSeq(log(run).lastSeq())
        .setRun(run)
        .setState(states.getOrDefault(run, RunState.RUN_STATE_RUNNING))
        .build();
  }

  private EventBatch read(ReadEvents request) {
    mostAsked = Math.max(mostAsked, request.getLimit());
    reads.add(request.getFromSeq());
    return log(request.getRun()).read(request.getFromSeq(), request.getLimit());
  }

  /** All events of a run. */
  List<RunEvent> logged(String run) {
    return log(run).read(1, EventLogReader.MAX_EVENTS).getEventsList();
  }

  private EventLog log(String run) {
    EventLog log = logs.get(run);
    if (log == null) {
      throw new EspalierException(FailureCode.NOT_FOUND, "no run '" + run + "'");
    }
    return log;
  }

  @Override
  public void close() {
    logs.values().forEach(EventLog::close);
  }
}
