/** Extensions that programs answer over the bus, in any language. */
@NullMarked
package io.espalier.runtime.answered;

import org.jspecify.annotations.NullMarked;
