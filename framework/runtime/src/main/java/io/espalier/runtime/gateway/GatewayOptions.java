package io.espalier.runtime.gateway;

import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * How a gateway is reached.
 *
 * @param host address to listen on; any but this machine's own (loopback) needs a token
 * @param port to listen on; 0 takes a free one
 * @param allowedOrigins web origins, such as {@code http://localhost:5173}, whose pages may use the
 *     gateway besides its own
 * @param token that clients have to know, if any
 * @param limits of what clients may ask
 * @param uploads that are taken from clients
 */
public record GatewayOptions(
    String host,
    int port,
    Set<String> allowedOrigins,
    Optional<AccessToken> token,
    GatewayLimits limits,
    GatewayUploads uploads) {
  /** Where a gateway listens unless told otherwise. */
  public static final String DEFAULT_HOST = "127.0.0.1";

  /** Where a gateway listens unless told otherwise. */
  public static final int DEFAULT_PORT = 8080;

  private static final Pattern LOOPBACK =
      Pattern.compile("localhost|::1|127\\.\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}");

  private static final int HIGHEST_PORT = 65_535;

  /**
   * @throws EspalierException ({@link FailureCode#USAGE}) for a host that others can reach where
   *     there is no token, or a port that does not exist
   */
  public GatewayOptions {
    allowedOrigins = Set.copyOf(allowedOrigins);
    if (!isLoopback(host) && token.isEmpty()) {
      throw new EspalierException(
          FailureCode.USAGE,
          "host '%s' would let other machines in: set a token for them in ESPALIER_TOKEN or with --token-file, or use %s and, from elsewhere, a tunnel such as ssh -L"
              .formatted(host, DEFAULT_HOST));
    }
    if (port < 0 || port > HIGHEST_PORT) {
      throw new EspalierException(
          FailureCode.USAGE, "port %d is not in 0 to %d".formatted(port, HIGHEST_PORT));
    }
  }

  /** The default host and port. */
  public static GatewayOptions defaults() {
    return onPort(DEFAULT_PORT);
  }

  /** The default host with a port. */
  public static GatewayOptions onPort(int port) {
    return new GatewayOptions(
        DEFAULT_HOST, port, Set.of(), Optional.empty(), GatewayLimits.DEFAULT, GatewayUploads.NONE);
  }

  /** Whether a host name or address can only be this machine. */
  static boolean isLoopback(String host) {
    return LOOPBACK.matcher(host.toLowerCase(Locale.ROOT)).matches();
  }
}
