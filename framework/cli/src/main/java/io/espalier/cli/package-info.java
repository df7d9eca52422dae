/**
 * The command line. Commands parse, call the runtime and print; nothing native is loaded before a
 * command needs it.
 */
@NullMarked
package io.espalier.cli;

import org.jspecify.annotations.NullMarked;
