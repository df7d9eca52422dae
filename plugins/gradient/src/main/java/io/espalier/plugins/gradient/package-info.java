/** Criteria from gradients: Taylor, SNIP and SNIP with momentum. */
@NullMarked
package io.espalier.plugins.gradient;

import org.jspecify.annotations.NullMarked;
