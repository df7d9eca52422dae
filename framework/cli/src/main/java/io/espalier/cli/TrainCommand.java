package io.espalier.cli;

import io.espalier.api.EspalierException;
import io.espalier.runtime.scenario.ModelSource;
import io.espalier.runtime.scenario.Scenario;
import io.espalier.runtime.scenario.StageKind;
import io.espalier.runtime.scenario.StageSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
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

/**
 * {@code espalier train}: a run of one training, so that it is live and can be resumed. The options
 * of fine-tuner and data set are those that they describe themselves with.
 */
@Command(
    name = "train",
    mixinStandardHelpOptions = true,
    description = {
      "Trains a model on a data set.",
      "The run can be watched and resumed like any other; its folder keeps the trained model."
    },
    preprocessor = ExtensionOptions.class)
final class TrainCommand implements Callable<Integer> {
  private static final String TRAINED = "trained";

  @Spec private CommandSpec spec;
  @Mixin private RunOptions options;
  @Mixin private JsonOption json;
  @Mixin private SeedOption seed;
  @Mixin private ForceOption force;

  @Parameters(paramLabel = "MODEL.onnx", description = "The model to start from.")
  private Path model = Path.of("model.onnx");

  @Option(
      names = ExtensionOptions.DATASET,
      paramLabel = "NAME",
      required = true,
      description = "The data set to train on, such as fashion-mnist, mnist or digits.")
  private String dataset = "";

  @Option(
      names = ExtensionOptions.FINE_TUNER,
      paramLabel = "NAME",
      defaultValue = ExtensionOptions.DEFAULT_FINE_TUNER,
      description = "What trains (default: ${DEFAULT-VALUE}); 'espalier plugins' lists them.")
  private String fineTuner = ExtensionOptions.DEFAULT_FINE_TUNER;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "OUT.onnx",
      description = "Where the trained model goes besides the run's folder.")
  private @Nullable Path output;

  @Option(names = "--dashboard", description = "Serve the dashboard while it trains.")
  private boolean dashboard;

  @Override
  public Integer call() {
    force.require(output);
    Terminal terminal = Terminal.of(spec.commandLine(), json.wanted());
    try (Session session = Session.open(options, terminal)) {
      if (dashboard) {
        session.serve(options.port());
      }
      String run = session.submit(scenario());
      int code = session.finish(run, spec.commandLine().getOut(), json.wanted());
      if (output != null) {
        copy(session.model(run, TRAINED), output);
        terminal.line("trained model: " + output);
      }
      return code;
    }
  }

  private Scenario scenario() {
    StageSpec train =
        new StageSpec(
            "train",
            StageKind.TRAIN,
            Map.of(StageKind.Role.FINE_TUNER, ExtensionOptions.fineTuner(spec, fineTuner)));
    StageSpec export = new StageSpec(TRAINED, StageKind.EXPORT, Map.of());
    return new Scenario(
        "train",
        seed.value(),
        ExtensionOptions.dataset(spec, dataset),
        new ModelSource.ModelFile(model.toAbsolutePath().normalize()),
        List.of(train, export));
  }

  private static void copy(Path from, Path to) {
    try {
      Files.copy(from, to, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw EspalierException.cannot("write", to, e);
    }
  }
}
