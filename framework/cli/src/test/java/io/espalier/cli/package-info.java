/** Tests of the command line and of the whole distribution. */
@NullMarked
package io.espalier.cli;

import org.jspecify.annotations.NullMarked;
