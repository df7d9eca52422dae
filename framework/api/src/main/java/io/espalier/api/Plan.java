package io.espalier.api;

import java.util.List;
import java.util.stream.Collectors;

/**
 * What an extension wants done to a model: printable, storable, replayable. The framework applies
 * it and checks afterwards that what was asked for is what is there.
 *
 * @param author id of the extension
 * @param edits in order
 */
public record Plan(String author, List<Edit> edits) {
  public Plan {
    edits = List.copyOf(edits);
  }

  /** A line per edit. */
  @Override
  public String toString() {
    return edits.stream()
        .map(Object::toString)
        .collect(Collectors.joining("\n  ", "plan of " + author + ":\n  ", ""));
  }
}
