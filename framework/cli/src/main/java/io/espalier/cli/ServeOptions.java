package io.espalier.cli;

import io.espalier.runtime.gateway.AccessToken;
import io.espalier.runtime.gateway.GatewayLimits;
import io.espalier.runtime.gateway.GatewayOptions;
import io.espalier.runtime.gateway.GatewayUploads;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Who may reach a server, and how. */
final class ServeOptions {
  private static final String TOKEN_VARIABLE = "ESPALIER_TOKEN";

  @Option(
      names = "--host",
      paramLabel = "ADDRESS",
      defaultValue = GatewayOptions.DEFAULT_HOST,
      description =
          "Address to listen on (default: ${DEFAULT-VALUE}). Any that other machines can reach"
              + " needs a token.")
  private String host = GatewayOptions.DEFAULT_HOST;

  @Option(
      names = "--token-file",
      paramLabel = "FILE",
      description =
          "File with the token that clients have to know, at least 16 characters; in place of the"
              + " environment variable ESPALIER_TOKEN.")
  private @Nullable Path tokenFile;

  @Option(
      names = "--allow-origin",
      paramLabel = "ORIGIN",
      description =
          "Web origin, such as http://localhost:5173, whose pages may use the server besides its"
              + " own; can be repeated.")
  private List<String> origins = List.of();

  @Option(
      names = "--accept-models",
      description = "Take model files from clients; they are kept in the folder of runs.")
  private boolean acceptModels;

  @Option(
      names = "--accept-plugins",
      description =
          "Take plugins from clients. Their code runs in this process: only where every client may"
              + " do what you may.")
  private boolean acceptPlugins;

  @Option(
      names = "--max-upload",
      paramLabel = "BYTES",
      defaultValue = "" + GatewayUploads.DEFAULT_MOST_BYTES,
      description = "The most bytes of a file from a client (default: ${DEFAULT-VALUE}).")
  private long mostBytes = GatewayUploads.DEFAULT_MOST_BYTES;

  GatewayOptions of(RunOptions runs) {
    return new GatewayOptions(
        host,
        runs.port(),
        Set.copyOf(origins),
        token(),
        GatewayLimits.DEFAULT,
        new GatewayUploads(
            acceptModels ? Optional.of(runs.out().resolve("uploads")) : Optional.empty(),
            acceptPlugins ? Optional.of(Home.current().plugins()) : Optional.empty(),
            mostBytes));
  }

  private Optional<AccessToken> token() {
    return tokenFile != null
        ? Optional.of(AccessToken.read(tokenFile))
        : Optional.ofNullable(System.getenv(TOKEN_VARIABLE))
            .filter(token -> !token.isEmpty())
            .map(AccessToken::of);
  }
}
