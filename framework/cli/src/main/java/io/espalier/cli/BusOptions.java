package io.espalier.cli;

import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import java.net.URI;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where the server is that a command talks to, and how to get in. */
final class BusOptions {
  @Option(
      names = "--url",
      paramLabel = "URL",
      defaultValue = "${env:ESPALIER_URL:-http://127.0.0.1:8080}",
      description =
          "Address of the server (default: the environment's ESPALIER_URL, else http://127.0.0.1:8080).")
  private String url = "";

  @Option(
      names = "--token",
      paramLabel = "TOKEN",
      description =
          "Token of a server that asks for one (default: the environment's ESPALIER_TOKEN).")
  private @Nullable String token;

  /**
   * The server.
   *
   * @throws EspalierException ({@link FailureCode#USAGE}) if the address is none of HTTP
   */
  BusServer server() {
    return new BusServer(address(url), token());
  }

  private static URI address(String url) {
    try {
      URI address = URI.create(url.endsWith("/") ? url : url + "/");
      String scheme = String.valueOf(address.getScheme());
      if ((scheme.equals("http") || scheme.equals("https")) && address.getHost() != null) {
        return address;
      }
    } catch (IllegalArgumentException e) {
      // Refused below.
    }
    throw new EspalierException(
        FailureCode.USAGE,
        "--url '%s' is no address of a server (such as http://127.0.0.1:8080)".formatted(url));
  }

  private Optional<String> token() {
    return Optional.ofNullable(token)
        .or(() -> Optional.ofNullable(System.getenv("ESPALIER_TOKEN")))
        .filter(given -> !given.isBlank());
  }
}
