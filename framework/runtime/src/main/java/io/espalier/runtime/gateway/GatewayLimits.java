package io.espalier.runtime.gateway;

/**
 * What clients may ask of a gateway at most.
 *
 * @param requestsPerSecond from one address; twice as many at once
 * @param messagesPerSecond over one socket of the bridge; twice as many at once
 * @param sockets of the bridge that are open at a time
 */
public record GatewayLimits(int requestsPerSecond, int messagesPerSecond, int sockets) {
  /** Far above what dashboards and scripts need. */
  public static final GatewayLimits DEFAULT = new GatewayLimits(1_000, 200, 256);

  /**
   * @throws IllegalArgumentException if a limit is below 1
   */
  public GatewayLimits {
    if (requestsPerSecond < 1 || messagesPerSecond < 1 || sockets < 1) {
      throw new IllegalArgumentException("limits are at least 1");
    }
  }
}
