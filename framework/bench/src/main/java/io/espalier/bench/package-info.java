/** Benchmarks: Espalier and a peer in alternating rounds of one run, told as a ratio. */
@NullMarked
package io.espalier.bench;

import org.jspecify.annotations.NullMarked;
