package io.espalier.cli;

import java.util.Optional;

/**
 * An address of the bus as people write it: {@code run.get}, {@code espalier.v1.run.get} and {@code
 * espalier.edge.v1.run.get} are the same.
 *
 * @param name without the prefix
 */
record BusAddress(String name) {
  private static final String EDGE = "espalier.edge.v1.";
  private static final String PREFIX = "espalier.v1.";
  private static final String EVENT = "event.";

  static BusAddress of(String written) {
    for (String prefix : new String[] {EDGE, PREFIX}) {
      if (written.startsWith(prefix)) {
        return new BusAddress(written.substring(prefix.length()));
      }
    }
    return new BusAddress(written);
  }

  /** As clients from outside reach it. */
  String edge() {
    return EDGE + name;
  }

  /** The run whose events it carries. */
  Optional<String> eventsOf() {
    return name.startsWith(EVENT) ? Optional.of(name.substring(EVENT.length())) : Optional.empty();
  }
}
