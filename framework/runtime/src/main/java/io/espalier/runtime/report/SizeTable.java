package io.espalier.runtime.report;

import io.espalier.runtime.measure.ModelSizes;
import java.util.ArrayList;
import java.util.List;

/** What the models of a run weigh in every form, for both reports. */
final class SizeTable {
  private static final List<String> HEAD =
      List.of(
          "Stage",
          "ONNX",
          "Gzip",
          "Zip",
          "Deflated",
          "Zstd",
          "ONNX sparse",
          "ONNX codebook",
          "Container",
          "Entropy bound",
          "Smallest",
          "Smallest that runs");

  private SizeTable() {}

  static ReportTable of(Measurements run) {
    List<List<String>> rows = new ArrayList<>();
    for (StageMeasurement stage : run.stages()) {
      ModelSizes sizes = stage.sizes();
      if (sizes != null) {
        rows.add(
            List.of(
                stage.stage(),
                Figures.count(sizes.onnx()),
                Figures.count(sizes.gzip()),
                Figures.count(sizes.zip()),
                Figures.percent(sizes.deflation()),
                Figures.count(sizes.zstd()),
                Figures.count(sizes.onnxSparse()),
                Figures.count(sizes.onnxCodebook()),
                Figures.count(sizes.espalier()),
                Figures.count(sizes.entropyBound()),
                sizes.smallest(),
                sizes.smallestRunnable()));
      }
    }
    return new ReportTable(HEAD, 1, rows);
  }

  /** What the columns mean. */
  static String note() {
    return "Bytes of each exported model in every encoding; gzip, zip and zstd are given the dense"
        + " ONNX file. The entropy bound is the least that a code of single weights can take, graph"
        + " and names aside. \"Smallest that runs\" is the smallest file that ONNX Runtime takes as"
        + " it is. "
        + ModelSizes.VERDICT;
  }
}
