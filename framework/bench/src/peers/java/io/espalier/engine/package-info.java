/** Reaches into the engine, to look at one step of a training from inside. */
@NullMarked
package io.espalier.engine;

import org.jspecify.annotations.NullMarked;
