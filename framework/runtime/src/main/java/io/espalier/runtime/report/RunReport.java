package io.espalier.runtime.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.espalier.api.Dataset;
import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.api.Model;
import io.espalier.core.ContentHash;
import io.espalier.core.Inspection;
import io.espalier.core.OnnxFormat;
import io.espalier.proto.Exported;
import io.espalier.runtime.AtomicFile;
import io.espalier.runtime.EventLogReader;
import io.espalier.runtime.RunFolder;
import io.espalier.runtime.measure.Evaluation;
import io.espalier.runtime.measure.Evaluator;
import io.espalier.runtime.measure.Latency;
import io.espalier.runtime.measure.LatencyFigures;
import io.espalier.runtime.measure.ModelFigures;
import io.espalier.runtime.report.StageMeasurement.Bytes;
import io.espalier.runtime.report.StageMeasurement.LatencyMicros;
import io.espalier.runtime.report.StageMeasurement.LayerMeasurement;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Writes what a run achieved. Every figure is recomputed from the exported files and the event log;
 * nothing that a stage said of itself is repeated.
 */
public final class RunReport {
  private static final ObjectMapper JSON = new ObjectMapper();

  private RunReport() {}

  /**
   * Measures every exported model and writes {@code measurements.json}, {@code report.md} and
   * {@code report.html} into the run's folder. Takes about a second for each model, and the time to
   * classify the test split.
   *
   * @param dataset the data set that the run used
   * @param reader of the exported files
   * @return what {@code measurements.json} holds
   * @throws EspalierException {@link FailureCode#VERIFICATION} if a file is missing or is not the
   *     one that was exported; {@link FailureCode#DATA} for another data set than the run's; {@link
   *     FailureCode#MODEL} or {@link FailureCode#IO} if a file cannot be read or written
   */
  public static Measurements write(RunFolder folder, Dataset dataset, ExportReader reader) {
    RunHistory history =
        RunHistory.of(follower -> EventLogReader.forEach(folder.events(), follower));
    requireSameDataset(folder, dataset, history);
    if (history.exports().isEmpty()) {
      throw new EspalierException(
          FailureCode.VERIFICATION,
          "run '%s' has exported no model; there is nothing to report".formatted(folder.id()));
    }
    List<StageMeasurement> stages = new ArrayList<>();
    for (Exported exported : history.exports()) {
      stages.add(measure(folder, exported, dataset, reader));
    }
    Measurements measurements =
        new Measurements(
            folder.id(),
            history.started().getDataset(),
            seed(folder, history),
            stages,
            history.seconds(),
            history.started().getScenario(),
            dataset.fingerprint(),
            version(),
            Host.current(),
            dataset.classNames());
    Optional<String> scenario = text(folder.scenario());
    AtomicFile.write(folder.measurements(), measurements.toJson());
    AtomicFile.write(folder.reportMarkdown(), new MarkdownReport(measurements, scenario).text());
    AtomicFile.write(folder.reportHtml(), new HtmlReport(measurements, history, scenario).text());
    return measurements;
  }

  private static void requireSameDataset(RunFolder folder, Dataset dataset, RunHistory history) {
    if (!history.started().getDataset().equals(dataset.name())) {
      throw new EspalierException(
          FailureCode.DATA,
          "run '%s' used data set '%s', not '%s'; give the one it used"
              .formatted(folder.id(), history.started().getDataset(), dataset.name()));
    }
    Optional<String> used = recordedFingerprint(folder);
    if (used.isPresent() && !used.get().equals(dataset.fingerprint())) {
      throw new EspalierException(
          FailureCode.DATA,
          "run '%s' used data with fingerprint %s, but '%s' here has %s: the data changed since"
              .formatted(folder.id(), used.get(), dataset.name(), dataset.fingerprint()));
    }
  }

  private static Optional<String> recordedFingerprint(RunFolder folder) {
    Optional<String> manifest = text(folder.manifest());
    try {
      return manifest.isEmpty()
          ? Optional.empty()
          : Optional.of(JSON.readTree(manifest.get()).at("/dataset/fingerprint").asText())
              .filter(fingerprint -> !fingerprint.isEmpty());
    } catch (JsonProcessingException e) {
      throw new EspalierException(
          FailureCode.IO,
          "%s is no JSON: %s".formatted(folder.manifest(), e.getOriginalMessage()),
          e);
    }
  }

  private static StageMeasurement measure(
      RunFolder folder, Exported exported, Dataset dataset, ExportReader reader) {
    Path file = verified(folder, exported);
    ExportReader.Content content = reader.read(exported, file);
    if (content.runnable()) {
      return measure(exported, file, content.model(), file, dataset);
    }
    try {
      Path unpacked = Files.createTempFile("espalier", ".onnx");
      try {
        new OnnxFormat().write(content.model(), unpacked);
        return measure(exported, file, content.model(), unpacked, dataset);
      } finally {
        Files.delete(unpacked);
      }
    } catch (IOException e) {
      throw EspalierException.cannot("unpack", file, e);
    }
  }

  /**
   * @param runnable the same model as ONNX Runtime takes it
   */
  private static StageMeasurement measure(
      Exported exported, Path file, Model model, Path runnable, Dataset dataset) {
    Evaluation evaluation = Evaluator.evaluate(runnable, dataset);
    ModelFigures figures = ModelFigures.of(file, model, exported.getClusteredList());
    LatencyFigures latency = Latency.measure(runnable, dataset.sample());
    return new StageMeasurement(
        exported.getName(),
        evaluation.accuracy(),
        evaluation.loss(),
        exported.getRequestedSparsity(),
        figures.achievedSparsity(),
        figures.uniqueValues(),
        figures.parameters(),
        figures.nonZero(),
        new Bytes(figures.fileBytes(), figures.gzipBytes()),
        new LatencyMicros(
            latency.p50Micros(), latency.p90Micros(), latency.warmUps(), latency.samples()),
        exported.getPath(),
        exported.getSha256(),
        figures.prunableWeights(),
        evaluation.samples(),
        evaluation.confusion().rows(),
        figures.layers().stream().map(RunReport::layer).toList(),
        figures.sizes());
  }

  private static LayerMeasurement layer(Inspection.Row row) {
    return new LayerMeasurement(
        row.name(),
        row.type(),
        row.weight(),
        row.shape().dims(),
        row.weights(),
        row.zeros(),
        row.sparsity(),
        Math.toIntExact(row.uniqueValues()));
  }

  /** The exported file, if it lies in the run's folder and is the one that the log speaks of. */
  private static Path verified(RunFolder folder, Exported exported) {
    Path root = folder.root().toAbsolutePath().normalize();
    Path file = root.resolve(exported.getPath()).normalize();
    if (!file.startsWith(root) || !Files.isRegularFile(file)) {
      throw new EspalierException(
          FailureCode.VERIFICATION,
          "the log says that '%s' was exported to %s, but there is no such file in %s"
              .formatted(exported.getName(), exported.getPath(), root));
    }
    String hash = ContentHash.sha256(file);
    if (!hash.equals(exported.getSha256())) {
      throw new EspalierException(
          FailureCode.VERIFICATION,
          "%s has SHA-256 %s, but %s was exported: the file was changed since"
              .formatted(file, hash, exported.getSha256()));
    }
    return file;
  }

  private static long seed(RunFolder folder, RunHistory history) {
    String seed = history.started().getSeed();
    try {
      return Long.parseLong(seed);
    } catch (NumberFormatException e) {
      throw new EspalierException(
          FailureCode.VERIFICATION,
          "the log of run '%s' has seed '%s', which is no number".formatted(folder.id(), seed),
          e);
    }
  }

  /** A text file's content, if there is such a file. */
  private static Optional<String> text(Path file) {
    try {
      return Files.isRegularFile(file) ? Optional.of(Files.readString(file)) : Optional.empty();
    } catch (IOException e) {
      throw EspalierException.cannot("read", file, e);
    }
  }

  private static String version() {
    return Optional.ofNullable(RunReport.class.getPackage().getImplementationVersion())
        .orElse("development");
  }
}
