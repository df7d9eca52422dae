package io.espalier.cli;

import io.espalier.api.EspalierException;
import io.espalier.api.Model;
import io.espalier.core.Encoding;
import io.espalier.core.Inspection;
import io.espalier.core.Macs;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code espalier inspect}: what is in a model file. */
@Command(
    name = "inspect",
    mixinStandardHelpOptions = true,
    description =
        "Shows a model's layers, shapes, parameters, sparsity, unique values and operations.")
final class InspectCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private JsonOption json;

  @Parameters(paramLabel = "MODEL.onnx", description = "The model file: ONNX or a container.")
  private Path file;

  @Override
  public Integer call() {
    Model model = Encoding.read(file);
    InspectionView view = InspectionView.of(file, Inspection.of(model), macs(model));
    spec.commandLine().getOut().println(json.wanted() ? JsonOption.line(view) : view.text());
    return 0;
  }

  /**
   * Nothing for operators whose shapes Espalier does not infer: the file can be looked at still.
   */
  private static Optional<Macs> macs(Model model) {
    try {
      return Optional.of(Macs.of(model));
    } catch (EspalierException e) {
      return Optional.empty();
    }
  }
}
