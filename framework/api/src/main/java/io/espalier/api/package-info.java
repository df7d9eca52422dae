/**
 * The vocabulary of Espalier and its extension points.
 *
 * <p>Plain synchronous Java: no event bus, no plugin manager, no file format appears here. A plugin
 * author needs this package and nothing else; a test needs neither bus nor server. Types are
 * immutable unless they say otherwise.
 */
@NullMarked
package io.espalier.api;

import org.jspecify.annotations.NullMarked;
