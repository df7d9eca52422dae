package io.espalier.runtime;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.api.Script;
import io.espalier.api.ScriptEngine;
import io.espalier.api.ScriptHost;
import io.espalier.proto.EventBatch;
import io.espalier.proto.RunEvent;
import io.espalier.proto.RunSummary;
import io.espalier.proto.SubmitRun;
import io.espalier.runtime.plugin.ExtensionCatalog;
import io.vertx.core.eventbus.MessageConsumer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A script that watches and steers the runs of this process, on a thread of its own. It gets every
 * event of every run that begins after it, each once and in order, read from the log at its own
 * pace: a slow script delays itself and nothing else. One that fails is told of no more events.
 */
public final class RunScript implements AutoCloseable {
  private static final int BATCH = 256;
  private static final long LOOK_MILLIS = 200;
  private static final long CLOSE_SECONDS = 5;
  private static final JsonFormat.Printer PRINTER =
      JsonFormat.printer().alwaysPrintFieldsWithNoPresence().omittingInsignificantWhitespace();

  private final Espalier espalier;
  private final String name;
  private final Script script;
  private final Consumer<String> out;
  private final FollowedRuns runs;
  private final MessageConsumer<RunSummary> announcements;
  private final Thread thread;

  private RunScript(
      Espalier espalier, String name, Script script, Consumer<String> out, FollowedRuns runs) {
    this.espalier = espalier;
    this.name = name;
    this.script = script;
    this.out = out;
    this.runs = runs;
    this.thread = new Thread(this::work, "espalier-script");
    this.announcements =
        espalier.vertx().eventBus().consumer(Addresses.RUNS, message -> runs.hear(message.body()));
  }

  /**
   * Loads a script; its language is the ending of its file.
   *
   * @param catalog has an engine for it
   * @param out where the script's lines go
   * @throws EspalierException if the file cannot be read, there is no such engine or it refuses the
   *     script
   */
  public static RunScript start(
      Espalier espalier, ExtensionCatalog catalog, Path file, Consumer<String> out) {
    String name = String.valueOf(file.getFileName());
    ScriptEngine engine =
        catalog.create(ScriptEngine.class, name.substring(name.lastIndexOf('.') + 1));
    FollowedRuns runs = new FollowedRuns();
    Script script = engine.load(name, read(file), new Host(espalier, out, runs));
    RunScript running = new RunScript(espalier, name, script, out, runs);
    running.thread.setDaemon(true);
    running.thread.start();
    return running;
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw EspalierException.cannot("read", file, e);
    }
  }

  private void work() {
    try {
      while (true) {
        boolean last = runs.isClosed();
        boolean more = false;
        for (String run : runs.all()) {
          more |= tell(run);
        }
        if (!more && last) {
          return;
        }
        if (!more) {
          runs.awaitNews(LOOK_MILLIS);
        }
      }
    } catch (EspalierException e) {
      out.accept("script %s ends: %s".formatted(name, e.getMessage()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      runs.close();
      announcements.unregister();
      script.close();
    }
  }

  /** Tells the next events of a run; returns whether there were any. */
  private boolean tell(String run) {
    boolean over = runs.isOver(run);
    EventBatch batch = espalier.events(run, runs.next(run), BATCH);
    for (RunEvent event : batch.getEventsList()) {
      script.onEvent(json(event));
      runs.told(event);
    }
    if (over && batch.getEventsCount() == 0) {
      runs.forget(run);
    }
    return batch.getEventsCount() > 0;
  }

  private static String json(Message message) {
    try {
      return PRINTER.print(message);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("a message without 'Any' always has a JSON form", e);
    }
  }

  /** Waits until the script knows the end of every run, those that it began itself included. */
  public void awaitRuns() {
    try {
      runs.awaitEnds();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Lets the script see what was logged so far, if it does so within seconds, and ends it. */
  @Override
  public void close() {
    runs.close();
    try {
      thread.join(TimeUnit.SECONDS.toMillis(CLOSE_SECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    thread.interrupt();
  }

  /** The operations of the bus, by name, and nothing else. */
  private record Host(Espalier espalier, Consumer<String> out, FollowedRuns runs)
      implements ScriptHost {
    @Override
    public String request(String name, String body) {
      Operation operation =
          Operations.ALL.stream()
              .filter(known -> known.address().equals(Addresses.PREFIX + name))
              .findFirst()
              .orElseThrow(
                  () ->
                      new EspalierException(
                          FailureCode.USAGE, "there is no operation '" + name + "'"));
      Message.Builder request = operation.request().newBuilderForType();
      try {
        JsonFormat.parser().merge(body, request);
      } catch (InvalidProtocolBufferException e) {
        throw new EspalierException(
            FailureCode.USAGE, "the body of %s: %s".formatted(name, e.getMessage()), e);
      }
      Message bounded =
          request instanceof SubmitRun.Builder submit
              ? submit.setFromClient(true).build()
              : request.build();
      Message reply = espalier.request(operation.address(), bounded);
      if (reply instanceof RunSummary summary) {
        runs.queued(summary);
      }
      return json(reply);
    }

    @Override
    public void log(String line) {
      out.accept(line);
    }
  }
}
