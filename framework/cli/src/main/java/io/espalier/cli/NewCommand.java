package io.espalier.cli;

import io.espalier.api.Model;
import io.espalier.core.BuildOptions;
import io.espalier.core.BuiltInModel;
import io.espalier.core.ModelBuilders;
import io.espalier.core.OnnxFormat;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code espalier new}: a built-in network as a model file. */
@Command(
    name = "new",
    mixinStandardHelpOptions = true,
    description = "Writes a built-in network, untrained, as an ONNX file.",
    modelTransformer = BuiltInListing.class)
final class NewCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private JsonOption json;
  @Mixin private SeedOption seed;
  @Mixin private ForceOption force;

  @Parameters(
      paramLabel = "NAME",
      description = "Which network; the names are below.",
      completionCandidates = BuiltInListing.class)
  private String name;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "MODEL.onnx",
      required = true,
      description = "The file to write.")
  private Path file = Path.of("model.onnx");

  @Option(
      names = "--classes",
      paramLabel = "K",
      description = "How many classes (default: the network's).")
  private @Nullable Integer classes;

  @Option(
      names = "--size",
      paramLabel = "HxW",
      converter = ImageSize.Converter.class,
      description = "Height and width of the images in pixels (default: the network's).")
  private @Nullable ImageSize size;

  @Override
  public Integer call() {
    BuiltInModel network = ModelBuilders.model(name);
    force.require(file);
    Model model = network.build(seed.value(), options(network.defaults()));
    new OnnxFormat().write(model, file);
    NewModelView view = NewModelView.of(file, seed.value(), model);
    spec.commandLine().getOut().println(json.wanted() ? JsonOption.line(view) : view.text());
    return 0;
  }

  private BuildOptions options(BuildOptions defaults) {
    BuildOptions options = classes == null ? defaults : defaults.withClasses(classes);
    return size == null ? options : options.withSize(size.height(), size.width());
  }
}
