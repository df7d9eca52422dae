/** Tests of scenarios. */
@NullMarked
package io.espalier.runtime.scenario;

import org.jspecify.annotations.NullMarked;
