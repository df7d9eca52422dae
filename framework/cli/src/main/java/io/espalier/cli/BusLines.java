package io.espalier.cli;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;

/** The bodies that a command is given: one in its arguments, or a line each. */
final class BusLines {
  private static final String STANDARD_INPUT = "-";

  private BusLines() {}

  static Stream<String> of(String argument) {
    return argument.equals(STANDARD_INPUT)
        ? new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))
            .lines()
            .filter(line -> !line.isBlank())
        : Stream.of(argument);
  }
}
