/**
 * The event-bus core: where runs are queued, executed, logged, paused and resumed. It owns Vert.x
 * and the compute threads; {@link io.espalier.runtime.Espalier} is the way in.
 */
@NullMarked
package io.espalier.runtime;

import org.jspecify.annotations.NullMarked;
