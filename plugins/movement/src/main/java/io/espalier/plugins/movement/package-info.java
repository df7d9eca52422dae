/** Movement pruning: scores that training learns. */
@NullMarked
package io.espalier.plugins.movement;

import org.jspecify.annotations.NullMarked;
