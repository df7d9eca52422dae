package io.espalier.cli;

import io.espalier.core.Encoding;
import io.espalier.runtime.measure.ModelSizes;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code espalier sizes}: what a model weighs in every encoding. */
@Command(
    name = "sizes",
    mixinStandardHelpOptions = true,
    description =
        "Shows what a model weighs as ONNX, compressed, in each encoding, and at the least.")
final class SizesCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private JsonOption json;

  @Parameters(paramLabel = "MODEL.onnx", description = "The model file: ONNX or a container.")
  private Path file;

  /** The answer of {@code --json}. */
  record View(String model, ModelSizes sizes, String verdict) {}

  @Override
  public Integer call() {
    ModelSizes sizes = ModelSizes.of(Encoding.read(file));
    View view = new View(file.toString(), sizes, ModelSizes.VERDICT);
    spec.commandLine().getOut().println(json.wanted() ? JsonOption.line(view) : text(sizes));
    return 0;
  }

  private String text(ModelSizes sizes) {
    TextTable table = new TextTable("form", "bytes", "smaller", "");
    row(table, "onnx", sizes.onnx(), sizes, "every weight as it is");
    row(table, "gzip", sizes.gzip(), sizes, "of the dense ONNX file");
    row(table, "zip", sizes.zip(), sizes, "deflated %.1f %%".formatted(100 * sizes.deflation()));
    row(table, "zstd", sizes.zstd(), sizes, "of the dense ONNX file");
    row(table, "onnx-sparse", sizes.onnxSparse(), sizes, Encoding.SPARSE_ONNX.summary());
    row(table, "onnx-codebook", sizes.onnxCodebook(), sizes, Encoding.CODEBOOK_ONNX.summary());
    row(table, "espalier", sizes.espalier(), sizes, Encoding.CONTAINER.summary());
    row(table, "entropy bound", sizes.entropyBound(), sizes, "no code of single weights is below");
    return """
    %s

    %s

    smallest file: %s; smallest that ONNX Runtime runs as it is: %s
    %s\
    """
        .formatted(file, table, sizes.smallest(), sizes.smallestRunnable(), ModelSizes.VERDICT);
  }

  private static void row(TextTable table, String form, long bytes, ModelSizes all, String note) {
    table.row(form, bytes, bytes == 0 ? "-" : "%.2fx".formatted((double) all.onnx() / bytes), note);
  }
}
