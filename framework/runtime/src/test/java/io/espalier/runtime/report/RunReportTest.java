package io.espalier.runtime.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.api.Shape;
import io.espalier.runtime.measure.ArrayDataset;
import io.espalier.runtime.measure.TinyOnnx;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.xml.sax.InputSource;

class RunReportTest {
  private static final byte[] DENSE = TinyOnnx.gemm(TinyRun.DENSE, 0, 0);
  private static final byte[] SPARSE = TinyOnnx.gemm(TinyRun.SPARSE, 0, 0);

  @TempDir Path root;
  private TinyRun run;

  @BeforeEach
  void open() {
    run = new TinyRun(root);
  }

  @AfterEach
  void close() {
    run.close();
  }

  private void twoStages(String scenario) {
    run.started(scenario);
    run.stage(0, "train", 2);
    run.step(0, 1, 0.5, 0);
    run.step(0, 2, 0.4, 0);
    run.exported(0, "base", 0, List.of(), DENSE);
    run.stage(1, "prune", 1);
    run.step(1, 1, 0.3, 0.5);
    run.exported(1, "pruned", 0.5, List.of("fc.weight"), SPARSE);
  }

  @Test
  void everyFigureIsThatOfTheExportedFile() {
    twoStages("two stages");

    Measurements measurements = RunReport.write(run.folder, TinyRun.dataset(), TinyRun.READER);

    StageMeasurement base = measurements.stages().get(0);
    assertThat(base.stage()).isEqualTo("base");
    assertThat(base.accuracy()).isEqualTo(0.75);
    assertThat(base.achievedSparsity()).isZero();
    assertThat(base.uniqueValues()).isEqualTo(3);
    assertThat(base.parameters()).isEqualTo(6);
    assertThat(base.nonZero()).isEqualTo(4);
    assertThat(base.bytes().onnx()).isEqualTo(DENSE.length);
    StageMeasurement pruned = measurements.stages().get(1);
    assertThat(pruned.accuracy()).isEqualTo(1);
    assertThat(pruned.requestedSparsity()).isEqualTo(0.5);
    assertThat(pruned.achievedSparsity()).isEqualTo(0.5);
    assertThat(pruned.uniqueValues()).isEqualTo(2);
    assertThat(pruned.confusionMatrix()).isEqualTo(List.of(List.of(2, 0), List.of(0, 2)));
    assertThat(pruned.loss())
        .isCloseTo(
            (3 * Math.log(1 + Math.exp(-1)) + Math.log(1 + Math.exp(-0.5))) / 4, within(1e-6));
    assertThat(pruned.layers()).singleElement().extracting("zeros").isEqualTo(2L);
  }

  @Test
  void measurementsJsonHasItsCoreFirstAndInOrder() throws IOException {
    twoStages("two stages");

    Measurements measurements = RunReport.write(run.folder, TinyRun.dataset(), TinyRun.READER);

    String json = Files.readString(run.folder.measurements());
    JsonNode tree = new ObjectMapper().readTree(json);
    assertThat(names(tree)).startsWith("run", "dataset", "seed", "stages", "seconds");
    assertThat(tree.path("seed").isIntegralNumber()).isTrue();
    assertThat(tree.path("seed").longValue()).isEqualTo(TinyRun.SEED);
    JsonNode stage = tree.path("stages").path(1);
    assertThat(names(stage))
        .startsWith(
            "stage",
            "accuracy",
            "loss",
            "requestedSparsity",
            "achievedSparsity",
            "uniqueValues",
            "parameters",
            "nonZero",
            "bytes",
            "latencyMicros",
            "model");
    assertThat(names(stage.path("bytes"))).containsExactly("onnx", "gzip");
    assertThat(names(stage.path("latencyMicros"))).startsWith("p50", "p90");
    assertThat(stage.path("model").textValue()).isEqualTo("models/pruned.onnx");
    assertThat(Measurements.parse(json, "measurements.json")).isEqualTo(measurements);
  }

  @Test
  void classesHaveTheNamesThatTheDataSetGivesThem() throws IOException {
    twoStages("named");

    Measurements measurements = RunReport.write(run.folder, TinyRun.dataset(), TinyRun.READER);

    assertThat(measurements.classNames()).containsExactly("class a", "class b");
    assertThat(Files.readString(run.folder.reportHtml())).contains(">class a 0<", ">class b 1<");
  }

  @Test
  void measurementsOfEarlierVersionsHaveNoClassNames() throws IOException {
    twoStages("earlier");
    RunReport.write(run.folder, TinyRun.dataset(), TinyRun.READER);
    ObjectMapper json = new ObjectMapper();
    ObjectNode earlier = (ObjectNode) json.readTree(Files.readString(run.folder.measurements()));
    earlier.remove("classNames");

    assertThat(Measurements.parse(earlier.toString(), "earlier.json").classNames()).isEmpty();
  }

  @Test
  void afterAResumptionTheLastExportOfANameCounts() {
    run.started("resumed");
    run.stage(0, "train", 2);
    run.exported(0, "base", 0, List.of(), DENSE);
    run.stage(1, "prune", 2);
    run.exported(2, "pruned", 0.5, List.of(), DENSE);
    run.exported(3, "gone", 0, List.of(), DENSE);
    run.resumed(1, 1);
    run.exported(2, "pruned", 0.5, List.of(), SPARSE);

    Measurements measurements = RunReport.write(run.folder, TinyRun.dataset(), TinyRun.READER);

    assertThat(measurements.stages())
        .extracting(StageMeasurement::stage)
        .containsExactly("base", "pruned");
    assertThat(measurements.stages().get(1).achievedSparsity()).isEqualTo(0.5);
  }

  @Test
  void aFileThatIsNotTheExportedOneFailsVerification() throws IOException {
    twoStages("changed");
    Files.write(run.folder.model("pruned"), DENSE);

    refused(
        () -> RunReport.write(run.folder, TinyRun.dataset(), TinyRun.READER),
        FailureCode.VERIFICATION,
        "pruned.onnx");
    assertThat(run.folder.measurements()).doesNotExist();
  }

  @Test
  void aMissingFileFailsVerification() throws IOException {
    twoStages("missing");
    Files.delete(run.folder.model("base"));

    refused(
        () -> RunReport.write(run.folder, TinyRun.dataset(), TinyRun.READER),
        FailureCode.VERIFICATION,
        "models/base.onnx");
  }

  @Test
  void otherDataThanTheRunsIsRefused() throws IOException {
    twoStages("data");
    Files.writeString(
        run.folder.manifest(), "{\"dataset\":{\"name\":\"tiny\",\"fingerprint\":\"00\"}}");

    refused(
        () -> RunReport.write(run.folder, TinyRun.dataset(), TinyRun.READER),
        FailureCode.DATA,
        "fingerprint 00");
    ArrayDataset other = new ArrayDataset("other", 2, Shape.of(2), new float[][] {{1, 2}}, 0);
    refused(() -> RunReport.write(run.folder, other, TinyRun.READER), FailureCode.DATA, "'other'");
  }

  @Test
  void aRunWithoutExportsHasNothingToReport() {
    run.started("nothing");

    refused(
        () -> RunReport.write(run.folder, TinyRun.dataset(), TinyRun.READER),
        FailureCode.VERIFICATION,
        "exported no model");
  }

  @Test
  void markdownHasATableRowForEachStage() throws IOException {
    twoStages("a|b <i>");

    RunReport.write(run.folder, TinyRun.dataset(), TinyRun.READER);

    String markdown = Files.readString(run.folder.reportMarkdown());
    assertThat(markdown).startsWith("# a\\|b \\<i\\>\n");
    assertThat(markdown)
        .contains("| base | 75.00 % | 0.00 pp |", "| pruned | 100.00 % | +25.00 pp |");
    assertThat(markdown.lines().filter(line -> line.startsWith("|")).map(RunReportTest::columns))
        .allMatch(columns -> columns >= 6);
  }

  @Test
  void htmlIsWellFormedAndEscapesEveryText() throws Exception {
    String nasty = "<script>alert('1')</script> & \"quoted\" ]]>";
    run.started(nasty);
    run.stage(0, nasty, 2);
    run.step(0, 1, 0.5, 0);
    run.step(0, 2, 0.4, 0);
    run.exported(0, "base", 0, List.of(), DENSE);
    Files.writeString(run.folder.scenario(), "{\"name\": \"</pre><img src=x onerror=alert(1)>\"}");

    RunReport.write(run.folder, TinyRun.dataset(), TinyRun.READER);

    String html = Files.readString(run.folder.reportHtml());
    assertThat(html).doesNotContain("<script", "<img").contains("&lt;script&gt;");
    assertThat(html).contains("prefers-color-scheme: dark");
    assertThat(html).doesNotContainPattern("<[^>]*(src|href)\\s*=|url\\(|@import");
    // Without the few tags that HTML leaves open, it must be well-formed.
    String xml = html.replaceAll("<!DOCTYPE html>|<meta [^>]*>", "");
    DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader(xml)));
  }

  @Test
  void writingTheReportAfterTheEndOfTheRunGivesTheSameSeconds() {
    twoStages("same");
    double before = RunReport.write(run.folder, TinyRun.dataset(), TinyRun.READER).seconds();
    run.finished();

    assertThat(RunReport.write(run.folder, TinyRun.dataset(), TinyRun.READER).seconds())
        .isEqualTo(before);
  }

  private static List<String> names(JsonNode node) {
    List<String> names = new ArrayList<>();
    node.fieldNames().forEachRemaining(names::add);
    return names;
  }

  private static int columns(String line) {
    return line.replace("\\|", "").split("\\|", -1).length - 2;
  }

  private static void refused(ThrowingCallable call, FailureCode code, String message) {
    assertThatThrownBy(call)
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining(message)
        .extracting(e -> ((EspalierException) e).code())
        .isEqualTo(code);
  }
}
