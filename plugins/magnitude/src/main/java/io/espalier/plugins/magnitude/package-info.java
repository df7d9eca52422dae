/** The magnitude pruner: the plainest criterion, and the model of a ten-line plugin. */
@NullMarked
package io.espalier.plugins.magnitude;

import org.jspecify.annotations.NullMarked;
