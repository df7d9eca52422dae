package io.espalier.runtime.gateway;

import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What clients may send to be kept: nothing, unless somebody allows it.
 *
 * @param models folder for model files; empty where none are taken
 * @param plugins folder of plugins, whose code then runs here; empty where none are taken
 * @param mostBytes of one file
 */
public record GatewayUploads(Optional<Path> models, Optional<Path> plugins, long mostBytes) {
  /** The most bytes of one file unless told otherwise. */
  public static final long DEFAULT_MOST_BYTES = 256L << 20;

  /** Takes nothing. */
  public static final GatewayUploads NONE =
      new GatewayUploads(Optional.empty(), Optional.empty(), DEFAULT_MOST_BYTES);

  /**
   * @throws EspalierException ({@link FailureCode#USAGE}) if no byte is allowed
   */
  public GatewayUploads {
    if (mostBytes < 1) {
      throw new EspalierException(
          FailureCode.USAGE,
          "uploads of %d bytes are not allowed (allowed: at least 1)".formatted(mostBytes));
    }
  }
}
