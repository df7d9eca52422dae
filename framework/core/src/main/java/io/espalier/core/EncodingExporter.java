package io.espalier.core;

import io.espalier.api.Description;
import io.espalier.api.Exporter;
import io.espalier.api.Model;
import io.espalier.api.Parameters;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** An encoding as an exporter that is always there. */
public record EncodingExporter(Encoding encoding) implements Exporter {
  /** One of each encoding. */
  public static List<Exporter> all() {
    return Arrays.stream(Encoding.values()).<Exporter>map(EncodingExporter::new).toList();
  }

  @Override
  public Description description() {
    String form = encoding.runnable() ? "ONNX: " : "Compact container: ";
    return Description.of(encoding.id(), form + encoding.summary() + ".");
  }

  @Override
  public String ending() {
    return encoding.ending();
  }

  @Override
  public boolean runnable() {
    return encoding.runnable();
  }

  @Override
  public void write(Model model, Path file, Parameters parameters) {
    encoding.format().write(model, file);
  }

  @Override
  public Optional<Model> read(Path file) {
    return Optional.of(encoding.format().read(file));
  }
}
