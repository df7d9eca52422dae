/** Sparsity schedules: constant, and polynomial as in gradual magnitude pruning. */
@NullMarked
package io.espalier.plugins.schedules;

import org.jspecify.annotations.NullMarked;
