package io.espalier.cli;

import io.espalier.api.Dataset;
import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.api.Model;
import io.espalier.core.OnnxFormat;
import io.espalier.runtime.PlanFiles;
import io.espalier.runtime.PlannedCut;
import io.espalier.runtime.scenario.StageKind;
import io.espalier.runtime.scenario.StageSpec;
import io.espalier.runtime.scenario.Use;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code espalier plan}: which channels would leave a model, to be looked at before they do. */
@Command(
    name = "plan",
    mixinStandardHelpOptions = true,
    description = {
      "Plans which channels leave a model, and changes nothing.",
      "'espalier apply' takes them out; so does a shrink stage with the setting plan."
    },
    preprocessor = PlanOptions.class)
final class PlanCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private RunOptions options;
  @Mixin private JsonOption json;
  @Mixin private SeedOption seed;
  @Mixin private ForceOption force;

  @Parameters(paramLabel = "MODEL.onnx", description = "The model file.")
  private Path file = Path.of("model.onnx");

  @Option(
      names = PlanOptions.PRUNER,
      paramLabel = "NAME",
      defaultValue = PlanOptions.DEFAULT_PRUNER,
      description =
          "What scores the channels (default: ${DEFAULT-VALUE}); 'espalier plugins' lists them.")
  private String pruner = PlanOptions.DEFAULT_PRUNER;

  @Option(
      names = ExtensionOptions.DATASET,
      paramLabel = "NAME",
      description = "The data set that activations, gradients or latency are measured with.")
  private @Nullable String dataset;

  @Option(
      names = "--layer",
      paramLabel = "JSON",
      description =
          "An entry of the setting layers, such as '{\"opTypes\": [\"Conv\"], \"sparsity\": 0.3}'; may be given again.")
  private List<String> layers = List.of();

  @Option(
      names = {"-o", "--output"},
      paramLabel = "PLAN.json",
      description = "Where the plan goes.")
  private @Nullable Path output;

  @Override
  public Integer call() {
    force.require(output);
    Model model = new OnnxFormat().read(file);
    Terminal terminal = Terminal.of(spec.commandLine(), json.wanted());
    try (Session session = Session.open(options, terminal)) {
      PlannedCut cut =
          PlannedCut.of(model, stage(), seed.value(), session.extensions(), () -> open(session));
      if (output != null) {
        PlanFiles.write(cut.plan(), output);
      }
      PlanView view = PlanView.of(file, output, cut);
      spec.commandLine().getOut().println(json.wanted() ? JsonOption.line(view) : view.text());
      return 0;
    }
  }

  private Dataset open(Session session) {
    if (dataset == null) {
      throw new EspalierException(
          FailureCode.USAGE,
          "pruner '%s' measures samples; say of which data set with --dataset".formatted(pruner));
    }
    return session.open(dataset);
  }

  private StageSpec stage() {
    Map<String, Object> given =
        new LinkedHashMap<>(ExtensionOptions.given(spec, PlanOptions.STAGE_PREFIX));
    if (!layers.isEmpty()) {
      given.put("layers", layers.stream().map(JsonOption::value).toList());
    }
    Use use = new Use(pruner, ExtensionOptions.given(spec, PlanOptions.PRUNER_PREFIX));
    return new StageSpec(
        "plan", StageKind.SHRINK, Map.of(StageKind.Role.CHANNEL_PRUNER, use), given);
  }
}
