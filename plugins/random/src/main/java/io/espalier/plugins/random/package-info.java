/** The random pruner: what every criterion must beat. */
@NullMarked
package io.espalier.plugins.random;

import org.jspecify.annotations.NullMarked;
