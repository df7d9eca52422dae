/** What a user asks for: a pipeline as data, read from JSON or YAML and checked to the last key. */
@NullMarked
package io.espalier.runtime.scenario;

import org.jspecify.annotations.NullMarked;
