/** Channel pruners that look at weights alone: norms, distances, and chance as the yardstick. */
@NullMarked
package io.espalier.plugins.channelnorms;

import org.jspecify.annotations.NullMarked;
