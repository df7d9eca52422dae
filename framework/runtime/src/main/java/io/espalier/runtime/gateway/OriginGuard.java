package io.espalier.runtime.gateway;

import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.net.HostAndPort;
import io.vertx.ext.web.RoutingContext;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Keeps foreign web pages out, which a browser on this machine would otherwise let in.
 *
 * <p>A request that names its origin must come from the gateway's own pages (the origin is the host
 * it was sent to) or from an allowed origin. One without an origin is no cross-site script and may
 * pass. The host it was sent to must be this machine's own name, so that a foreign name that was
 * made to point here (DNS rebinding) does not count as the gateway's own; a gateway with a token
 * may have any name, since a foreign name's pages do not get the token.
 */
final class OriginGuard implements Handler<RoutingContext> {
  private static final int FORBIDDEN = 403;

  private final GatewayOptions options;

  OriginGuard(GatewayOptions options) {
    this.options = options;
  }

  @Override
  public void handle(RoutingContext context) {
    Optional<HostAndPort> host = Optional.ofNullable(context.request().authority());
    List<String> origins = context.request().headers().getAll(HttpHeaders.ORIGIN);
    if (host.filter(this::isOwn).isEmpty()) {
      refuse(
          context,
          "host '%s' is not this machine".formatted(host.map(Object::toString).orElse("")));
    } else if (!origins.stream().allMatch(origin -> mayCome(origin, host.get()))) {
      refuse(
          context,
          "pages of origin '%s' may not use this gateway".formatted(String.join("', '", origins)));
    } else {
      context.next();
    }
  }

  private boolean isOwn(HostAndPort host) {
    String name = bare(host.host());
    return options.token().isPresent()
        || GatewayOptions.isLoopback(name)
        || options.allowedOrigins().stream()
            .map(OriginGuard::uri)
            .flatMap(Optional::stream)
            .anyMatch(allowed -> name.equalsIgnoreCase(bare(allowed.getHost())));
  }

  private boolean mayCome(String origin, HostAndPort host) {
    if (options.allowedOrigins().contains(origin)) {
      return true;
    }
    return uri(origin)
        .filter(from -> bare(from.getHost()).equalsIgnoreCase(bare(host.host())))
        .filter(from -> port(from) == (host.port() > 0 ? host.port() : port(from.getScheme())))
        .isPresent();
  }

  private static int port(URI origin) {
    return origin.getPort() > 0 ? origin.getPort() : port(origin.getScheme());
  }

  private static int port(String scheme) {
    return scheme.toLowerCase(Locale.ROOT).equals("https") ? 443 : 80;
  }

  private static String bare(String host) {
    return host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
  }

  /** An origin as a URI with scheme and host; empty for anything else, such as {@code null}. */
  private static Optional<URI> uri(String origin) {
    try {
      URI uri = URI.create(origin);
      return uri.getScheme() == null || uri.getHost() == null ? Optional.empty() : Optional.of(uri);
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static void refuse(RoutingContext context, String why) {
    FailureResponses.send(
        context,
        FORBIDDEN,
        new EspalierException(
            FailureCode.USAGE,
            why + "; open the gateway by its own address, or allow the origin when starting it"));
  }
}
