/** Benchmarks of what the runtime keeps to itself. */
@NullMarked
package io.espalier.runtime;

import org.jspecify.annotations.NullMarked;
