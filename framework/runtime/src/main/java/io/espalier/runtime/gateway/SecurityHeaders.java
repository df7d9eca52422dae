package io.espalier.runtime.gateway;

import io.vertx.core.MultiMap;
import io.vertx.ext.web.RoutingContext;

/** Headers that tell a browser what pages of the gateway may do. */
final class SecurityHeaders {
  private static final String POLICY = "Content-Security-Policy";

  private SecurityHeaders() {}

  /** Adds the headers that every answer has. */
  static void add(RoutingContext context) {
    MultiMap headers = context.response().headers();
    headers.set(
        POLICY,
        "default-src 'self'; connect-src 'self' ws: wss:; img-src 'self' data:;"
            + " style-src 'self' 'unsafe-inline'; object-src 'none'; base-uri 'none';"
            + " form-action 'self'; frame-ancestors 'self'");
    headers.set("X-Content-Type-Options", "nosniff");
    headers.set("X-Frame-Options", "SAMEORIGIN");
    headers.set("Referrer-Policy", "no-referrer");
    context.next();
  }

  /** Narrows the headers to a page of a run: its inline style works, and nothing else does. */
  static void narrow(RoutingContext context) {
    context
        .response()
        .headers()
        .set(POLICY, "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox");
  }
}
