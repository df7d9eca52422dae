/** Espalier. */
@NullMarked
package io.espalier.core;

import org.jspecify.annotations.NullMarked;
