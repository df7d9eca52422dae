package io.espalier.cli;

import io.espalier.api.Description;
import io.espalier.api.EspalierException;
import io.espalier.api.Horizon;
import io.espalier.api.ParameterException;
import io.espalier.api.Parameters;
import io.espalier.api.Schedule;
import io.espalier.api.Scheduler;
import io.espalier.core.SchedulePreview;
import io.espalier.runtime.plugin.Plugins;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code espalier schedule}: what a schedule will do, before anything is trained. */
@Command(
    name = "schedule",
    aliases = "preview",
    mixinStandardHelpOptions = true,
    description = "Shows when a schedule prunes and how far, without training anything.")
final class ScheduleCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private JsonOption json;

  @picocli.CommandLine.Parameters(
      paramLabel = "ID",
      description = "The scheduler, such as polynomial; 'espalier plugins' lists them.")
  private String id;

  @Option(
      names = "--steps",
      paramLabel = "N",
      required = true,
      description = "Optimizer steps of the training.")
  private int steps;

  @Option(
      names = "--steps-per-epoch",
      paramLabel = "N",
      description = "Optimizer steps of one epoch (default: all steps are one).")
  private @Nullable Integer stepsPerEpoch;

  @Option(
      names = {"-p", "--parameter"},
      paramLabel = "NAME=VALUE",
      description = "A parameter of the scheduler, as JSON or plain text; may be repeated.")
  private Map<String, String> parameters = new LinkedHashMap<>();

  /** A schedule as JSON. */
  record View(
      String scheduler,
      Map<String, Object> parameters,
      int steps,
      double finalSparsity,
      List<SchedulePreview.Update> updates) {}

  @Override
  public Integer call() {
    Horizon horizon = horizon();
    try (Plugins plugins = Home.current().load()) {
      Scheduler scheduler = plugins.create(Scheduler.class, id);
      Map<String, Object> given = new LinkedHashMap<>();
      parameters.forEach((name, text) -> given.put(name, JsonOption.value(text)));
      Parameters checked = checked(scheduler.description(), given);
      Schedule schedule = scheduler.schedule(checked, horizon);
      SchedulePreview preview = SchedulePreview.of(schedule, horizon);
      View view =
          new View(id, checked.values(), steps, schedule.finalSparsity(), preview.updates());
      spec.commandLine()
          .getOut()
          .println(json.wanted() ? JsonOption.line(view) : text(schedule, preview));
      return 0;
    }
  }

  private static Parameters checked(Description scheduler, Map<String, Object> given) {
    try {
      return Parameters.of(scheduler, given);
    } catch (ParameterException e) {
      throw new EspalierException(e.code(), "--parameter " + e.getMessage(), e);
    }
  }

  private Horizon horizon() {
    if (steps < 1 || stepsPerEpoch != null && stepsPerEpoch < 1) {
      throw new picocli.CommandLine.ParameterException(
          spec.commandLine(), "--steps and --steps-per-epoch: at least 1");
    }
    return new Horizon(steps, stepsPerEpoch == null ? steps : stepsPerEpoch);
  }

  private String text(Schedule schedule, SchedulePreview preview) {
    TextTable table = new TextTable("step", "sparsity");
    for (SchedulePreview.Update update : preview.updates()) {
      table.row(update.step(), String.format(Locale.ROOT, "%.4f", update.sparsity()));
    }
    return "%s%n%s".formatted(table, SchedulePlot.of(schedule, steps));
  }
}
