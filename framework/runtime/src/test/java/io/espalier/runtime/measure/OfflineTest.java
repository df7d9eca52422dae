package io.espalier.runtime.measure;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnxruntime.OrtEnvironment;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class OfflineTest {
  /** Part of the address that ONNX Runtime 1.29 sends usage reports to. */
  private static final String UPLOADER = "OneCollector";

  @Test
  void theInferenceLibraryHasNoUploader() throws IOException {
    try (InputStream library =
        OrtEnvironment.class.getResourceAsStream("native/linux-x64/libonnxruntime.so")) {
      assertThat(library).isNotNull();
      String content = new String(library.readAllBytes(), StandardCharsets.ISO_8859_1);
      assertThat(content.contains(UPLOADER))
          .as("ONNX Runtime has an uploader for usage reports; take a version without one")
          .isFalse();
    }
  }
}
