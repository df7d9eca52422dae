/** How the dashboard keeps up, in a real browser. */
@NullMarked
package io.espalier.bench.page;

import org.jspecify.annotations.NullMarked;
