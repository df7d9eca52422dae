/** The one owner of plugins: loads jars, keeps what they share apart from what they own. */
@NullMarked
package io.espalier.runtime.plugin;

import org.jspecify.annotations.NullMarked;
