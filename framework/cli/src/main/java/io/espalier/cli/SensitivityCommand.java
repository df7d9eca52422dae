package io.espalier.cli;

import io.espalier.api.Dataset;
import io.espalier.api.Model;
import io.espalier.core.OnnxFormat;
import io.espalier.runtime.measure.Sensitivity;
import io.espalier.runtime.report.SensitivityReport;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code espalier sensitivity}: which layers can be pruned how far. */
@Command(
    name = "sensitivity",
    mixinStandardHelpOptions = true,
    description =
        "Measures accuracy by layer and ratio without training, and solves an allocation from it.")
final class SensitivityCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private RunOptions options;
  @Mixin private JsonOption json;
  @Mixin private ForceOption force;

  @Parameters(paramLabel = "MODEL.onnx", description = "The model file.")
  private Path file;

  @Option(
      names = ExtensionOptions.DATASET,
      paramLabel = "NAME",
      required = true,
      description = "The data set, such as mnist.")
  private String dataset = "";

  @Option(
      names = "--samples",
      paramLabel = "N",
      defaultValue = "2000",
      description = "Training samples to measure on (default: ${DEFAULT-VALUE}).")
  private int samples;

  @Option(
      names = "--ratios",
      split = ",",
      paramLabel = "R",
      defaultValue = "0.1,0.2,0.3,0.4,0.5,0.6,0.7,0.8,0.9,0.95",
      description = "Shares to cut of each layer (default: ${DEFAULT-VALUE}).")
  private List<Double> ratios = List.of();

  @Option(
      names = "--target",
      paramLabel = "S",
      description = "Share of all weights that an allocation is solved for.")
  private @Nullable Double target;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE.html",
      description = "Write a page with a chart.")
  private @Nullable Path page;

  @Override
  public Integer call() {
    force.require(page);
    AtLeastOne.of("--samples", samples);
    if (target != null) {
      Sensitivity.requireTarget(target);
    }
    Model model = new OnnxFormat().read(file);
    Terminal terminal = Terminal.of(spec.commandLine(), json.wanted());
    try (Session session = Session.open(options, terminal)) {
      Dataset data = session.open(dataset);
      Sensitivity result =
          Sensitivity.measure(
              model, firstSamples(data.train()), data.classes(), ratios, terminal::line);
      List<Sensitivity.Share> shares = target == null ? List.of() : result.allocate(target);
      if (page != null) {
        SensitivityReport.write(page, String.valueOf(file.getFileName()), result, shares);
      }
      spec.commandLine()
          .getOut()
          .println(
              json.wanted()
                  ? JsonOption.line(Map.of("sensitivity", result, "allocation", shares))
                  : text(result, shares));
      return 0;
    }
  }

  private Dataset.Split firstSamples(Dataset.Split all) {
    int count = Math.min(samples, all.size());
    return new Dataset.Split() {
      @Override
      public int size() {
        return count;
      }

      @Override
      public void read(int index, float[] into, int offset) {
        all.read(index, into, offset);
      }

      @Override
      public int label(int index) {
        return all.label(index);
      }
    };
  }

  private static String text(Sensitivity result, List<Sensitivity.Share> shares) {
    String[] columns =
        Stream.concat(Stream.of("layer", "weights"), result.ratios().stream().map(String::valueOf))
            .toArray(String[]::new);
    TextTable table = new TextTable(columns);
    for (Sensitivity.Curve curve : result.layers()) {
      table.row(
          Stream.concat(
                  Stream.of(curve.layer(), curve.weights()),
                  curve.accuracies().stream()
                      .map(accuracy -> String.format(Locale.ROOT, "%.4f", accuracy)))
              .toArray());
    }
    String head = String.format(Locale.ROOT, "accuracy as it is: %.4f%n%n", result.baseline());
    return head + table + (shares.isEmpty() ? "" : "\n\n" + SensitivityReport.scenario(shares));
  }
}
