package io.espalier.cli;

import io.espalier.api.Dataset;
import io.espalier.api.DatasetSource;
import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.api.Parameters;
import io.espalier.proto.EventBatch;
import io.espalier.proto.RunEvent;
import io.espalier.runtime.Espalier;
import io.espalier.runtime.RunScript;
import io.espalier.runtime.gateway.Gateway;
import io.espalier.runtime.gateway.GatewayOptions;
import io.espalier.runtime.plugin.ExtensionCatalog;
import io.espalier.runtime.plugin.Plugins;
import io.espalier.runtime.scenario.Scenario;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** The runtime of one command: plugins, runs and, if wanted, the dashboard. */
final class Session implements AutoCloseable {
  private static final int BATCH = 1_000;
  private static final long POLL_MILLIS = 40;

  private final Path runs;
  private final RunOptions options;
  private final Terminal terminal;
  private final Plugins plugins;
  private final Espalier espalier;
  private final Thread onExit = new Thread(this::closeRuntime, "espalier-exit");
  private Optional<RunScript> script = Optional.empty();
  private volatile String running = "";
  private volatile boolean ending;

  private Session(
      Path runs, RunOptions options, Terminal terminal, Plugins plugins, Espalier espalier) {
    this.runs = runs;
    this.options = options;
    this.terminal = terminal;
    this.plugins = plugins;
    this.espalier = espalier;
  }

  /** Starts a runtime over the folder of runs that the options name. */
  static Session open(RunOptions options, Terminal terminal) {
    return open(options.out(), options, terminal);
  }

  /** Starts a runtime over a folder of runs. */
  static Session open(Path runs, RunOptions options, Terminal terminal) {
    Plugins plugins = Home.current().load();
    Espalier espalier =
        Espalier.start(
            new Espalier.Options(
                    runs, plugins, Home.cache(), options.dataDir(), options.mayFetch(), terminal)
                .withPatience(options.patience()));
    Session session = new Session(runs, options, terminal, plugins, espalier);
    Runtime.getRuntime().addShutdownHook(session.onExit);
    session.startScript();
    return session;
  }

  private void startScript() {
    try {
      script =
          options.script().map(file -> RunScript.start(espalier, plugins, file, terminal::line));
    } catch (EspalierException e) {
      close();
      throw e;
    }
  }

  /** Serves the dashboard to this machine and says where. */
  void serve(int port) {
    serve(GatewayOptions.onPort(port));
  }

  /** Serves the dashboard and says where; plugins may come and go meanwhile. */
  void serve(GatewayOptions options) {
    plugins.watching();
    Gateway gateway = Gateway.open(espalier, options);
    terminal.line("dashboard: " + gateway.url());
  }

  /**
   * Opens a data set.
   *
   * @throws EspalierException if it is not to be had
   */
  Dataset open(String dataset) {
    DatasetSource source = plugins.create(DatasetSource.class, dataset);
    return source.open(
        new DatasetSource.Request(
            Parameters.of(source.description(), Map.of()),
            options.dataDir(),
            Home.cache(),
            options.mayFetch(),
            terminal));
  }

  /** The extensions that are there. */
  ExtensionCatalog extensions() {
    return plugins;
  }

  /** Checks a scenario and starts its run. */
  String submit(Scenario scenario) {
    return espalier.submit(scenario);
  }

  /** Goes on with a run. */
  String resume(String run) {
    return espalier.resume(run);
  }

  /**
   * Tells a run's events until it has ended, then its figures.
   *
   * @param answers standard output
   * @param json whether the figures are wanted as one line of JSON
   * @return the exit code
   */
  int finish(String run, PrintWriter answers, boolean json) {
    return tell(await(run), answers, json);
  }

  /** Tells a run's figures; gives the exit code. */
  int tell(RunResult result, PrintWriter answers, boolean json) {
    if (json) {
      answers.println(JsonOption.line(result.json()));
    } else {
      terminal.line(result.text());
    }
    return 0;
  }

  /**
   * Tells a run's events until it has ended, and with it what the script has begun.
   *
   * @throws EspalierException if the run fails
   */
  RunResult await(String run) {
    running = run;
    terminal.line("run " + runs.resolve(run));
    Optional<EspalierException> failure = follow(run);
    running = "";
    script.ifPresent(RunScript::awaitRuns);
    if (failure.isPresent()) {
      throw failure.get();
    }
    return RunResult.read(espalier.store().get(run));
  }

  /** The file of a model that a run has exported. */
  Path model(String run, String stage) {
    return espalier.store().get(run).model(stage);
  }

  /** Once the process is ending, what fails fails because of that: the hook has the last word. */
  private Optional<EspalierException> follow(String run) {
    try {
      return told(run);
    } catch (RuntimeException e) {
      if (ending) {
        untilInterrupted();
      }
      throw e;
    }
  }

  private Optional<EspalierException> told(String run) {
    RunConsole console = new RunConsole(terminal);
    int next = 1;
    while (true) {
      EventBatch batch = espalier.events(run, next, BATCH);
      for (RunEvent event : batch.getEventsList()) {
        console.accept(event);
        next = event.getSeq() + 1;
      }
      if (console.ended()) {
        return console.failure();
      }
      if (batch.getEventsCount() == 0) {
        pause();
      }
    }
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new EspalierException(FailureCode.CANCELLED, "interrupted", e);
    }
  }

  /** Waits for Ctrl-C. */
  void untilInterrupted() {
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void closeRuntime() {
    ending = true;
    String interrupted = running;
    espalier.close();
    if (!interrupted.isEmpty()) {
      terminal.line("interrupted; go on with: espalier resume " + runs.resolve(interrupted));
    }
  }

  @Override
  public void close() {
    try {
      Runtime.getRuntime().removeShutdownHook(onExit);
    } catch (IllegalStateException e) {
      return; // The process is ending: the hook closes.
    }
    script.ifPresent(RunScript::close);
    espalier.close();
    plugins.close();
  }
}
