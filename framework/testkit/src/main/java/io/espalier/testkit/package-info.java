/**
 * What a plugin's author tests with.
 *
 * <p>Contracts are abstract JUnit classes, one per extension point: a plugin's test extends the one
 * of its kind, says how the extension is made, and inherits every test. Beside them stand small
 * models, made-up data and plugin jars, built on the spot.
 */
@NullMarked
package io.espalier.testkit;

import org.jspecify.annotations.NullMarked;
