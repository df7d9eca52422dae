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

  /** A value that was given as JSON; what is no JSON is a text. */
  static Object value(String text) {
    try {
      return new ObjectMapper().readValue(text, Object.class);
    } catch (JsonProcessingException e) {
      return text;
    }
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
