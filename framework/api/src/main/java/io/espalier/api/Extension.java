package io.espalier.api;

import org.pf4j.ExtensionPoint;

/**
 * Something that a plugin adds. An extension is created once for each use by its no-argument
 * constructor, so it may keep state in fields while it is used, and is used by one thread at a
 * time.
 */
public interface Extension extends ExtensionPoint {
  /** What the extension is and which parameters it takes. Always the same. */
  Description description();
}
