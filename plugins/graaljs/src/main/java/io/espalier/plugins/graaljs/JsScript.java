package io.espalier.plugins.graaljs;

import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.api.Script;
import io.espalier.api.ScriptHost;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Optional;
import java.util.Timer;
import java.util.TimerTask;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.graalvm.polyglot.Context;
import org.graalvm.polyglot.PolyglotException;
import org.graalvm.polyglot.ResourceLimits;
import org.graalvm.polyglot.Source;
import org.graalvm.polyglot.SourceSection;
import org.graalvm.polyglot.Value;
import org.graalvm.polyglot.proxy.ProxyExecutable;

/** One script in a context of its own, which allows nothing. */
final class JsScript implements Script {
  /** The most statements of one call. */
  static final long MOST_STATEMENTS = 5_000_000;

  /** The longest that one call may take, what it asks of the host included. */
  static final Duration LONGEST = Duration.ofSeconds(20);

  private static final String JS = "js";
  private static final String HANDLER = "onEvent";

  /** What a script sees of the host; JSON goes through, so that no Java object does. */
  private static final String HOST =
      """
      (function (request, log) {
        globalThis.espalier = Object.freeze({
          request: (operation, body = {}) =>
            JSON.parse(request(String(operation), JSON.stringify(body))),
          log: (...words) => log(words.join(" ")),
        });
        return JSON.parse;
      })
      """;

  private final String name;
  private final Context context;
  private final Duration longest;
  private final Timer watchdog = new Timer("espalier-script-limit", true);
  private Optional<Value> parse = Optional.empty();
  private Optional<Value> handler = Optional.empty();

  private JsScript(String name, Context context, Duration longest) {
    this.name = name;
    this.context = context;
    this.longest = longest;
  }

  static JsScript load(String name, String source, ScriptHost host) {
    return load(name, source, host, MOST_STATEMENTS, LONGEST);
  }

  static JsScript load(
      String name, String source, ScriptHost host, long statements, Duration longest) {
    JsScript script = new JsScript(name, context(statements), longest);
    try {
      script.limited(LONGEST, () -> script.begin(source, host));
      return script;
    } catch (EspalierException e) {
      script.close();
      throw new EspalierException(FailureCode.USAGE, e.getMessage(), e);
    }
  }

  /** Languages are looked for where the plugin's classes are. */
  private static Context context(long statements) {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(JsScript.class.getClassLoader());
    try {
      return Context.newBuilder(JS)
          .option("engine.WarnInterpreterOnly", "false")
          .resourceLimits(ResourceLimits.newBuilder().statementLimit(statements, null).build())
          .out(OutputStream.nullOutputStream())
          .err(OutputStream.nullOutputStream())
          .build();
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  private void begin(String source, ScriptHost host) {
    ProxyExecutable request = words -> host.request(words[0].asString(), words[1].asString());
    ProxyExecutable log =
        words -> {
          host.log(words[0].asString());
          return true;
        };
    parse = Optional.of(context.eval(JS, HOST).execute(request, log));
    context.eval(Source.newBuilder(JS, source, name).buildLiteral());
    handler =
        Optional.ofNullable(context.getBindings(JS).getMember(HANDLER)).filter(Value::canExecute);
    if (handler.isEmpty()) {
      throw new EspalierException(
          FailureCode.USAGE, name + ": defines no function " + HANDLER + "(event)");
    }
  }

  @Override
  public void onEvent(String json) {
    limited(longest, () -> handler.orElseThrow().executeVoid(parse.orElseThrow().execute(json)));
  }

  private void limited(Duration most, Runnable call) {
    context.resetLimits();
    TimerTask limit =
        new TimerTask() {
          @Override
          public void run() {
            try {
              context.interrupt(Duration.ZERO);
            } catch (TimeoutException e) {
              context.close(true);
            }
          }
        };
    watchdog.schedule(limit, most.toMillis());
    try {
      call.run();
    } catch (PolyglotException e) {
      throw new EspalierException(FailureCode.PLUGIN, place(e) + ": " + problem(e, most), e);
    } finally {
      limit.cancel();
    }
  }

  /** The script's own line that is nearest to the failure. */
  private String place(PolyglotException failure) {
    Stream<SourceSection> frames =
        StreamSupport.stream(failure.getPolyglotStackTrace().spliterator(), false)
            .map(PolyglotException.StackFrame::getSourceLocation);
    return Stream.concat(Stream.ofNullable(failure.getSourceLocation()), frames)
        .filter(section -> section != null && section.getSource().getName().equals(name))
        .findFirst()
        .map(section -> name + ":" + section.getStartLine())
        .orElse(name);
  }

  private static String problem(PolyglotException failure, Duration most) {
    if (failure.isResourceExhausted()) {
      return "makes too many statements in one call";
    }
    if (failure.isInterrupted() || failure.isCancelled()) {
      return "takes longer than %d ms in one call".formatted(most.toMillis());
    }
    return String.valueOf(failure.getMessage()).lines().findFirst().orElse("");
  }

  @Override
  public void close() {
    watchdog.cancel();
    context.close(true);
  }
}
