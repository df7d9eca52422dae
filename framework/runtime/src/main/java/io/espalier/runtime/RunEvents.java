package io.espalier.runtime;

import io.espalier.proto.RunEvent;
import io.vertx.core.eventbus.EventBus;

/**
 * Tells what happens in a run: first to its log, then to the bus. To be called from any thread; the
 * order on the bus is the order of the sequence numbers.
 */
final class RunEvents {
  private final EventLog log;
  private final EventBus bus;
  private final String address;

  RunEvents(EventLog log, EventBus bus, String run) {
    this.log = log;
    this.bus = bus;
    this.address = Addresses.event(run);
  }

  /**
   * @throws io.espalier.api.EspalierException ({@link io.espalier.api.FailureCode#IO}) if the log
   *     cannot be written; then nothing is published
   */
  synchronized RunEvent publish(RunEvent.Builder event) {
    RunEvent logged = log.append(event);
    bus.publish(address, logged);
    return logged;
  }

  /** Waits until all that was told is on the disk itself. */
  void force() {
    log.force();
  }
}
