/** The channel pruner that looks at gradients. */
@NullMarked
package io.espalier.plugins.channeltaylor;

import org.jspecify.annotations.NullMarked;
