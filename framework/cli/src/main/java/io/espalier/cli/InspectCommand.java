package io.espalier.cli;

import io.espalier.core.Inspection;
import io.espalier.core.OnnxFormat;
import java.nio.file.Path;
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
    description = "Shows a model's layers, shapes, parameters, sparsity and unique values.")
final class InspectCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private JsonOption json;

  @Parameters(paramLabel = "MODEL.onnx", description = "The model file.")
  private Path file;

  @Override
  public Integer call() {
    Inspection inspection = Inspection.of(new OnnxFormat().read(file));
    var out = spec.commandLine().getOut();
    if (json.wanted()) {
      out.println(JsonOption.line(InspectionView.of(file, inspection)));
    } else {
      out.println(InspectionView.of(file, inspection).text());
    }
    return 0;
  }
}
