package io.espalier.plugins.graaljs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.api.Script;
import io.espalier.api.ScriptHost;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsScriptTest {
  private static final String NOTHING = "function onEvent(event) {}";

  /** Notes what a script asks and says. */
  private static final class Host implements ScriptHost {
    final List<String> told = new ArrayList<>();

    @Override
    public String request(String operation, String json) {
      if (operation.equals("run.get")) {
        throw new EspalierException(FailureCode.NOT_FOUND, "no run");
      }
      told.add(operation + " " + json);
      return "{\"state\": \"fine\"}";
    }

    @Override
    public void log(String line) {
      told.add(line);
    }
  }

  private final Host host = new Host();

  private Script load(String source) {
    return new JsEngine().load("mine.js", source, host);
  }

  private void run(String body) {
    try (Script script = load("function onEvent(event) {" + body + "}")) {
      script.onEvent("{\"seq\": 7, \"step\": {\"accuracy\": 0.5}}");
    }
  }

  @Test
  void aScriptSeesEventsAsObjects() {
    run("espalier.log(event.seq, event.step.accuracy)");

    assertThat(host.told).containsExactly("7 0.5");
  }

  @Test
  void aScriptKeepsWhatItRemembers() {
    try (Script script = load("let n = 0; function onEvent() { espalier.log(++n); }")) {
      script.onEvent("{}");
      script.onEvent("{}");
    }

    assertThat(host.told).containsExactly("1", "2");
  }

  @Test
  void requestsGoToTheHostAndAnswersComeBack() {
    run("espalier.log(espalier.request('run.set', {value: 1}).state)");

    assertThat(host.told).containsExactly("run.set {\"value\":1}", "fine");
  }

  @Test
  void aScriptCatchesTheFailureOfARequest() {
    run("try { espalier.request('run.get') } catch (e) { espalier.log('caught', e.message) }");

    assertThat(host.told).containsExactly("caught no run");
  }

  @Test
  void whatIsThrownIsToldWithItsLine() {
    try (Script script = load("\nfunction onEvent() {\n  throw new Error('why');\n}")) {
      assertThatThrownBy(() -> script.onEvent("{}"))
          .isInstanceOf(EspalierException.class)
          .hasMessage("mine.js:3: Error: why");
    }
  }

  @Test
  void aBrokenScriptIsRefused() {
    assertThatThrownBy(() -> load("function ("))
        .isInstanceOfSatisfying(
            EspalierException.class,
            failure -> assertThat(failure.code()).isEqualTo(FailureCode.USAGE))
        .hasMessageContaining("mine.js:1")
        .message()
        .hasLineCount(1);
  }

  @Test
  void aScriptWithoutAFunctionForEventsIsRefused() {
    assertThatThrownBy(() -> load("const x = 1"))
        .hasMessage("mine.js: defines no function onEvent(event)");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Java.type('java.lang.System').exit(1)",
        "Packages.java.lang.System.exit(1)",
        "load('/etc/passwd')",
        "quit()",
        "require('fs')",
        "new Worker('x')",
        "fetch('http://127.0.0.1')",
        "Polyglot.eval('js', '1')",
        "espalier.request.getClass()",
        "espalier.log = null; if (espalier.log === null) { throw 'changed' } else { throw 'kept' }"
      })
  void nothingButTheHostCanBeReached(String attempt) {
    assertThatThrownBy(() -> run(attempt))
        .isInstanceOf(EspalierException.class)
        .hasMessageStartingWith("mine.js:1")
        .hasMessageNotContaining("changed");
    assertThat(host.told).isEmpty();
  }

  @Test
  void anEndlessCallIsEndedByItsStatements() {
    try (Script script =
        JsScript.load(
            "mine.js",
            "function onEvent() { for (;;) { Math.random(); } }",
            host,
            10_000,
            Duration.ofMinutes(1))) {
      assertThatThrownBy(() -> script.onEvent("{}"))
          .hasMessageContaining("too many statements in one call");
    }
  }

  @Test
  void anEndlessCallIsEndedByTime() {
    try (Script script =
        JsScript.load(
            "mine.js",
            "function onEvent() { for (;;) { Math.random(); } }",
            host,
            Long.MAX_VALUE,
            Duration.ofMillis(300))) {
      assertThatThrownBy(() -> script.onEvent("{}")).hasMessageContaining("takes longer than");
    }
  }

  @Test
  void statementsAreCountedForEachCallAlone() {
    try (Script script =
        JsScript.load(
            "mine.js",
            "function onEvent() { for (let i = 0; i < 500; i++) { Math.random(); } }",
            host,
            5_000,
            Duration.ofMinutes(1))) {
      for (int i = 0; i < 100; i++) {
        script.onEvent("{}");
      }
    }
  }

  @Test
  void itDescribesItself() {
    assertThat(new JsEngine().description().id()).isEqualTo("js");
    load(NOTHING).close();
  }
}
