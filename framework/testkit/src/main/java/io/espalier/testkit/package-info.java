/** Espalier. */
@NullMarked
package io.espalier.testkit;

import org.jspecify.annotations.NullMarked;
