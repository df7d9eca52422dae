package io.espalier.cli;

import io.espalier.api.Model;
import io.espalier.core.Encoding;
import io.espalier.core.OnnxFormat;
import io.espalier.runtime.ModelFiles;
import io.espalier.runtime.plugin.Plugins;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
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
  @Mixin private ForceOption force;

  @Parameters(
      paramLabel = "FILE",
      description = "A container, ONNX in any encoding, or what a plugin's exporter wrote.")
  private Path file;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "MODEL.onnx",
      required = true,
      description = "Where to write the model.")
  private Path output = Path.of("model.onnx");

  @Override
  public Integer call() {
    force.require(output);
    new OnnxFormat().write(read(), output);
    spec.commandLine().getOut().println("wrote " + output);
    return 0;
  }

  /** Plugins are asked only about what Espalier does not know itself. */
  private Model read() {
    if (Arrays.stream(Encoding.values()).anyMatch(known -> known.format().matches(file))) {
      return Encoding.read(file);
    }
    try (Plugins plugins = Home.current().load()) {
      return ModelFiles.read(plugins, file);
    }
  }
}
