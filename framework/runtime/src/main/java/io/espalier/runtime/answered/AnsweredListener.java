package io.espalier.runtime.answered;

import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.api.ParameterException;
import io.espalier.api.Parameters;
import io.espalier.proto.EpochEnded;
import io.espalier.proto.ExtensionAnswer;
import io.espalier.proto.ExtensionCall;
import io.espalier.runtime.scenario.Use;
import io.vertx.core.eventbus.EventBus;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A listener: somebody else is told how each epoch of a training went, and says what is to be
 * changed. The training waits for the answer, so that a run has its changes at the same steps
 * whatever the time an answer takes.
 */
public final class AnsweredListener {
  /** The kind in its address. */
  static final String KIND = "listener";

  private static final Pattern LISTENER =
      Pattern.compile(AnsweredExtensions.PREFIX + "[a-z0-9]+(-[a-z0-9]+)*");

  private final Answers answers;

  private AnsweredListener(Answers answers) {
    this.answers = answers;
  }

  /** The listeners that a scenario names. */
  public static List<AnsweredListener> all(EventBus bus, List<Use> named) {
    return named.stream()
        .map(
            use ->
                new AnsweredListener(
                    new Answers(
                        bus,
                        KIND,
                        id(use),
                        Parameters.of(Answers.description(KIND, id(use)), use.parameters()))))
        .toList();
  }

  /**
   * Checks what a scenario says of listeners.
   *
   * @throws EspalierException that names the place, the value and what is allowed
   */
  public static void check(List<Use> named) {
    List<String> before = new ArrayList<>();
    for (Use use : named) {
      String path = "listeners[" + before.size() + "]";
      if (!LISTENER.matcher(use.id()).matches() || before.contains(use.id())) {
        throw new EspalierException(
            FailureCode.USAGE,
            "%s: '%s' is no listener (allowed: bus:ID with an id of lower-case words with hyphens, each once)"
                .formatted(path, use.id()));
      }
      before.add(use.id());
      try {
        Parameters.of(Answers.description(KIND, id(use)), use.parameters());
      } catch (ParameterException e) {
        throw new EspalierException(
            e.code(), "%s.parameters.%s: %s".formatted(path, e.parameter(), e.problem()), e);
      }
    }
  }

  private static String id(Use use) {
    return use.id().substring(AnsweredExtensions.PREFIX.length());
  }

  /**
   * Tells how an epoch went and waits for the answer.
   *
   * @throws EspalierException ({@link FailureCode#PLUGIN}) if there is none, as for every extension
   *     that is answered over the bus
   */
  public ExtensionAnswer ask(EpochEnded epoch) {
    return answers.hold(talk -> talk.ask(ExtensionCall.newBuilder().setEpochEnded(epoch)));
  }

  /** The failure of an answer whose change is refused. */
  public EspalierException refused(ExtensionAnswer answer, EspalierException why) {
    return answers.wrong(answer, "asks for what cannot be done: " + why.getMessage());
  }
}
