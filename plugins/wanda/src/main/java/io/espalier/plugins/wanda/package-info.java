/** Wanda: pruning by weights and activations. */
@NullMarked
package io.espalier.plugins.wanda;

import org.jspecify.annotations.NullMarked;
