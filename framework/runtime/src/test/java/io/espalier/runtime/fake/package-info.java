/** Small deterministic stand-ins for everything that plugins give, for tests of runs. */
@NullMarked
package io.espalier.runtime.fake;

import org.jspecify.annotations.NullMarked;
