package io.espalier.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.api.Description;
import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.api.Model;
import io.espalier.api.ModelFormat;
import io.espalier.core.OnnxFormat;
import io.espalier.core.TutorialCnn;
import io.espalier.runtime.fake.FakeCatalog;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelFilesTest {
  private static final Model NET = TutorialCnn.build(1);
  private static final Model OTHER = TutorialCnn.build(2);

  @TempDir private Path folder;

  /** A format of files named {@code *.net} that all hold one model. */
  private static final class NetFormat implements ModelFormat {
    @Override
    public Description description() {
      return Description.of("net", "Always the same model.");
    }

    @Override
    public boolean matches(Path file) {
      return file.toString().endsWith(".net");
    }

    @Override
    public Model read(Path file) {
      return OTHER;
    }

    @Override
    public void write(Model model, Path file) {
      throw new IllegalStateException("not asked for");
    }
  }

  private static Model read(Path file) {
    return ModelFiles.read(
        FakeCatalog.plain().with(ModelFormat.class, "net", NetFormat::new), file);
  }

  @Test
  void anOnnxFileIsReadAsOne() {
    Path file = folder.resolve("a.onnx");
    new OnnxFormat().write(NET, file);

    assertThat(read(file)).isEqualTo(NET);
  }

  @Test
  void aFileOfAPluginsFormatIsReadByThePlugin() {
    assertThat(read(folder.resolve("a.net"))).isSameAs(OTHER);
  }

  @Test
  void aFileOfNoKnownFormatIsTakenForOnnx() throws Exception {
    Path file = Files.writeString(folder.resolve("a.txt"), "no model");

    assertThatThrownBy(() -> read(file))
        .isInstanceOfSatisfying(
            EspalierException.class, e -> assertThat(e.code()).isEqualTo(FailureCode.MODEL))
        .hasMessageContaining("a.txt");
  }
}
