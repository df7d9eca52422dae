package io.espalier.runtime;

import java.nio.file.Path;

/**
 * The folder of one run and what lies in it.
 *
 * @param root the folder, named like the run
 */
public record RunFolder(Path root) {
  /** The run's id. */
  public String id() {
    return String.valueOf(root.getFileName());
  }

  /** The scenario as JSON. */
  public Path scenario() {
    return root.resolve("scenario.json");
  }

  /** Where and with what the run was made: {@link RunManifest}. */
  public Path manifest() {
    return root.resolve("manifest.json");
  }

  /** Everything that happened: {@link EventLog}. */
  public Path events() {
    return root.resolve("events.log");
  }

  /** The exported models. */
  public Path models() {
    return root.resolve("models");
  }

  /** The model that the export stage of a name writes, as ONNX. */
  public Path model(String stage) {
    return model(stage, ".onnx");
  }

  /** The model that the export stage of a name writes, as a file of some ending. */
  public Path model(String stage, String ending) {
    return models().resolve(stage + ending);
  }

  /** The plan that a stage of a name applied. */
  public Path plan(String stage) {
    return root.resolve("plans").resolve(stage + ".json");
  }

  /** What people call the run besides: {@link Tags}. */
  public Path tags() {
    return root.resolve("tags.txt");
  }

  /** What a resumed run goes on from: {@link Checkpoints}. */
  public Path checkpoints() {
    return root.resolve("checkpoints");
  }

  /** The logs that TensorBoard reads, a folder for each stage that asks for one. */
  public Path tensorboard() {
    return root.resolve("tensorboard");
  }

  public Path measurements() {
    return root.resolve("measurements.json");
  }

  public Path reportMarkdown() {
    return root.resolve("report.md");
  }

  public Path reportHtml() {
    return root.resolve("report.html");
  }

  /** A file of the run as events and reports name it: relative, with slashes. */
  public String relative(Path file) {
    return root.relativize(file).toString().replace('\\', '/');
  }
}
