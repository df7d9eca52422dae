package io.espalier.runtime.gateway;

import java.time.Duration;

/**
 * What clients may ask of a gateway at most.
 *
 * @param requestsPerSecond from one address; twice as many at once
 * @param messagesPerSecond over one socket of the bridge; twice as many at once
 * @param sockets of the bridge that are open at a time
 * @param connections of all kinds that are open at a time
 * @param request time in which a request has to come over an open connection
 */
public record GatewayLimits(
    int requestsPerSecond, int messagesPerSecond, int sockets, int connections, Duration request) {
  /** Far above what dashboards and scripts need. */
  public static final GatewayLimits DEFAULT =
      new GatewayLimits(1_000, 200, 256, 1_024, Duration.ofSeconds(30));

  /**
   * @throws IllegalArgumentException if a limit is below 1
   */
  public GatewayLimits {
    if (requestsPerSecond < 1
        || messagesPerSecond < 1
        || sockets < 1
        || connections < 1
        || request.toMillis() < 1) {
      throw new IllegalArgumentException("limits are at least 1");
    }
  }
}
