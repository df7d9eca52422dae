/** Sparsity schedules: from one shot to gradual curves, in steps, epochs or shares of the run. */
@NullMarked
package io.espalier.plugins.schedules;

import org.jspecify.annotations.NullMarked;
