/** Espalier. */
@NullMarked
package io.espalier.runtime;

import org.jspecify.annotations.NullMarked;
