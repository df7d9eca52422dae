package io.espalier.runtime.gateway;

import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.vertx.core.Handler;
import io.vertx.core.http.Cookie;
import io.vertx.core.http.CookieSameSite;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;

/**
 * Lets in who knows the gateway's token, if it has one: streams, sockets, downloads and figures
 * included, the dashboard's own files excepted, since they have to ask for it.
 *
 * <p>Programs send the token as {@code Authorization: Bearer} (RFC 6750). A browser cannot do so
 * for sockets, event sources and links: it posts the token once to {@link #SESSION} and gets a
 * cookie, which other sites cannot use and scripts cannot read.
 */
final class TokenGuard implements Handler<RoutingContext> {
  static final String SESSION = RunApi.BASE + "/session";

  private static final String SCHEME = "Bearer ";
  private static final int UNAUTHORIZED = 401;
  private static final int NO_CONTENT = 204;

  private final Optional<AccessToken> token;

  TokenGuard(Optional<AccessToken> token) {
    this.token = token;
  }

  void mount(Router router) {
    router.route().handler(this);
    router.post(SESSION).handler(this::session);
  }

  @Override
  public void handle(RoutingContext context) {
    if (token.isEmpty() || isPublic(context) || isKnown(context.request(), token.get())) {
      context.next();
      return;
    }
    context.response().putHeader("WWW-Authenticate", SCHEME.strip());
    FailureResponses.send(
        context,
        UNAUTHORIZED,
        new EspalierException(
            FailureCode.USAGE,
            "this gateway wants a token: send it in the header 'Authorization: Bearer TOKEN'"));
  }

  private static boolean isPublic(RoutingContext context) {
    HttpMethod method = context.request().method();
    return (method == HttpMethod.GET || method == HttpMethod.HEAD)
        && DashboardFiles.isPage(context.normalizedPath());
  }

  private static boolean isKnown(HttpServerRequest request, AccessToken token) {
    String header = request.getHeader(HttpHeaders.AUTHORIZATION);
    if (header != null && header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
      return token.isKnown(header.substring(SCHEME.length()).strip());
    }
    Cookie cookie = request.getCookie(cookie(request));
    return cookie != null && token.isSession(cookie.getValue());
  }

  /** Cookies are shared by all ports of a host. */
  private static String cookie(HttpServerRequest request) {
    return "espalier-session-" + request.localAddress().port();
  }

  private void session(RoutingContext context) {
    token.ifPresent(
        known ->
            context
                .response()
                .addCookie(
                    Cookie.cookie(cookie(context.request()), known.session())
                        .setPath("/")
                        .setHttpOnly(true)
                        .setSameSite(CookieSameSite.STRICT)));
    context.response().setStatusCode(NO_CONTENT).end();
  }
}
