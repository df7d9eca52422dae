package io.espalier.cli;

import io.espalier.api.Model;
import io.espalier.core.Encoding;
import io.espalier.core.OnnxFormat;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code espalier unpack}: from an encoding back to dense ONNX. */
@Command(
    name = "unpack",
    mixinStandardHelpOptions = true,
    description = "Writes the dense ONNX model that a container or another encoding holds.")
final class UnpackCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "FILE", description = "A container, or ONNX in any encoding.")
  private Path file;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "MODEL.onnx",
      required = true,
      description = "Where to write the model.")
  private Path output = Path.of("model.onnx");

  @Override
  public Integer call() {
    Model model = Encoding.read(file);
    new OnnxFormat().write(model, output);
    spec.commandLine().getOut().println("wrote " + output);
    return 0;
  }
}
