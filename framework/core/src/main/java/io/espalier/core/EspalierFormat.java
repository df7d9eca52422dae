package io.espalier.core;

import io.espalier.api.Description;
import io.espalier.api.EspalierException;
import io.espalier.api.Model;
import io.espalier.api.ModelFormat;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * The compact container, {@code .espalier}: zeros as a bit mask or as gaps, shared values as
 * positions in a palette, and all of it entropy coded, within a few percent of the least there can
 * be ({@link EntropyBound}). It decodes to the same bits. The layout is documented in {@code
 * docs/container.md}.
 */
public final class EspalierFormat implements ModelFormat {
  private static final String ENDING = ".espalier";

  @Override
  public Description description() {
    return Description.of(
        "espalier", "compact container: zeros, shared values and exponents entropy coded");
  }

  @Override
  public boolean matches(Path file) {
    return file.toString().toLowerCase(Locale.ROOT).endsWith(ENDING);
  }

  @Override
  public Model read(Path file) {
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16)) {
      return ContainerReader.read(in, new Place(file.toString()));
    } catch (IOException e) {
      throw EspalierException.cannot("read", file, e);
    }
  }

  @Override
  public void write(Model model, Path file) {
    AtomicFile.write(file, out -> ContainerWriter.write(model, out));
  }
}
