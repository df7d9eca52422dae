package io.espalier.runtime.gateway;

import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.vertx.core.Handler;
import io.vertx.core.net.SocketAddress;
import io.vertx.ext.web.RoutingContext;
import java.util.LinkedHashMap;
import java.util.Map;

/** Bounds how many requests come from one address; those above are refused unanswered. */
final class RateGuard implements Handler<RoutingContext> {
  private static final int TOO_MANY_REQUESTS = 429;
  private static final int MOST_ADDRESSES = 10_000;

  private final GatewayLimits limits;

  /** By address, the one used longest ago first. */
  private final Map<String, Allowance> allowances =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Allowance> eldest) {
          return size() > MOST_ADDRESSES;
        }
      };

  RateGuard(GatewayLimits limits) {
    this.limits = limits;
  }

  @Override
  public void handle(RoutingContext context) {
    SocketAddress remote = context.request().remoteAddress();
    Allowance allowance =
        allowances.computeIfAbsent(
            String.valueOf(remote.hostAddress()),
            address -> new Allowance(limits.requestsPerSecond(), System::nanoTime));
    if (allowance.take()) {
      context.next();
      return;
    }
    context.response().putHeader("Retry-After", "1");
    FailureResponses.send(
        context,
        TOO_MANY_REQUESTS,
        new EspalierException(
            FailureCode.USAGE,
            "more than %d requests a second from one address"
                .formatted(limits.requestsPerSecond())));
  }
}
