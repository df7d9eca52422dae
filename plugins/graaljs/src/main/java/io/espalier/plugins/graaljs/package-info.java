/** Scripts in JavaScript, inside the process and fenced in. */
@NullMarked
package io.espalier.plugins.graaljs;

import org.jspecify.annotations.NullMarked;
