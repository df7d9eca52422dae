/** The channel pruner that looks at the scales of normalisations. */
@NullMarked
package io.espalier.plugins.channelscales;

import org.jspecify.annotations.NullMarked;
