package io.espalier.cli;

import picocli.CommandLine.Option;

/** The option that everything random of a command follows from. */
final class SeedOption {
  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "Seed of all chance (default: ${DEFAULT-VALUE}).")
  private long seed = 1;

  long value() {
    return seed;
  }
}
