package io.espalier.cli;

import io.espalier.api.FineTuner;
import io.espalier.api.Model;
import io.espalier.api.ProfileRequest;
import io.espalier.core.OnnxFormat;
import io.espalier.runtime.plugin.Plugins;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code espalier profile}: where the time of a training step goes, and what bounds each layer. */
@Command(
    name = "profile",
    mixinStandardHelpOptions = true,
    description = {
      "Times the layers of a model while it is trained on noise.",
      "Each is held against what this machine can do: products of matrices and copies."
    })
final class ProfileCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private JsonOption json;

  @Parameters(paramLabel = "MODEL.onnx", description = "The model file.")
  private Path file = Path.of("model.onnx");

  @Option(
      names = "--batch",
      paramLabel = "N",
      defaultValue = "16",
      description = "Samples of a step (default: ${DEFAULT-VALUE}).")
  private int batch;

  @Option(
      names = "--steps",
      paramLabel = "N",
      defaultValue = "10",
      description = "Steps that are timed (default: ${DEFAULT-VALUE}).")
  private int steps;

  @Option(
      names = "--threads",
      paramLabel = "N",
      defaultValue = "0",
      description = "Threads that compute; 0 for one per core (default: ${DEFAULT-VALUE}).")
  private int threads;

  @Option(
      names = ExtensionOptions.FINE_TUNER,
      paramLabel = "NAME",
      defaultValue = ExtensionOptions.DEFAULT_FINE_TUNER,
      description = "What trains (default: ${DEFAULT-VALUE}); 'espalier plugins' lists them.")
  private String fineTuner = ExtensionOptions.DEFAULT_FINE_TUNER;

  @Override
  public Integer call() {
    Model model = new OnnxFormat().read(file);
    ProfileRequest request = new ProfileRequest(model, batch, steps, threads);
    try (Plugins plugins = Home.current().load()) {
      ProfileView view =
          ProfileView.of(file, plugins.create(FineTuner.class, fineTuner).profile(request));
      spec.commandLine().getOut().println(json.wanted() ? JsonOption.line(view) : view.text());
    }
    return 0;
  }
}
