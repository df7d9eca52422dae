package io.espalier.runtime.scenario;

import io.espalier.api.Parameter;
import io.espalier.core.Encoding;
import java.util.Arrays;
import java.util.List;

/** What can be set of an export stage. */
public final class ExportSettings {
  /** How the model is written. */
  public static final Parameter<String> EXPORTER =
      Parameter.choice(
              "exporter",
              "how the model is written: dense ONNX, ONNX with sparse initialisers, ONNX with indices and shared values, or the compact container",
              Arrays.stream(Encoding.values()).map(Encoding::id).toArray(String[]::new))
          .or(Encoding.ONNX.id());

  /** All of them. */
  public static final List<Parameter<?>> PARAMETERS = List.of(EXPORTER);

  private ExportSettings() {}
}
