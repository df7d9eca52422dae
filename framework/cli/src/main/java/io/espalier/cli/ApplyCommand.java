package io.espalier.cli;

import io.espalier.api.Model;
import io.espalier.api.Plan;
import io.espalier.core.OnnxFormat;
import io.espalier.core.Plans;
import io.espalier.core.TrainableParameters;
import io.espalier.runtime.PlanFiles;
import io.espalier.runtime.measure.LoadCheck;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code espalier apply}: does to a model what a stored plan says. */
@Command(
    name = "apply",
    mixinStandardHelpOptions = true,
    description = "Applies a run's stored plan to a model; without -o it prints the plan.")
final class ApplyCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ForceOption force;

  @Parameters(index = "0", paramLabel = "MODEL.onnx", description = "The model file.")
  private Path file;

  @Parameters(
      index = "1",
      paramLabel = "PLAN.json",
      description = "The plan, from the folder plans of a run.")
  private Path plan;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "OUT.onnx",
      description = "Where the model goes.")
  private @Nullable Path output;

  @Override
  public Integer call() {
    force.require(output);
    Model before = new OnnxFormat().read(file);
    Plan edits = PlanFiles.read(plan);
    Model after = Plans.apply(before, edits);
    LoadCheck.requireLoads(new OnnxFormat().bytes(after), "the model that the plan makes");
    spec.commandLine().getOut().println(edits);
    spec.commandLine()
        .getOut()
        .println(
            String.format(
                Locale.ROOT,
                "Parameters: %,d -> %,d",
                TrainableParameters.count(before),
                TrainableParameters.count(after)));
    if (output != null) {
      new OnnxFormat().write(after, output);
    }
    return 0;
  }
}
