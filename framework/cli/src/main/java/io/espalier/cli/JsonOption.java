package io.espalier.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.UncheckedIOException;
import picocli.CommandLine.Option;

/** The option that turns a command's answer into JSON. */
final class JsonOption {
  @Option(names = "--json", description = "Print the answer as JSON, in one line, last.")
  private boolean json;

  boolean wanted() {
    return json;
  }

  /** One line of JSON for a record, a map or a tree. */
  static String line(Object value) {
    try {
      return new ObjectMapper().writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }
}
