/** Structured pruning: how fast cut models are, and how fast they are found and cut. */
@NullMarked
package io.espalier.bench.structured;

import org.jspecify.annotations.NullMarked;
