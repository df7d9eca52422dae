/**
 * What can be done to a model without training it: reading and writing ONNX files, inferring
 * shapes, finding prunable layers, selecting weights, applying plans and checking the outcome.
 *
 * <p>A pure library: no event bus, no plugin manager, no network, no global state. Every class may
 * be used by many threads at once unless it says otherwise.
 */
@NullMarked
package io.espalier.core;

import org.jspecify.annotations.NullMarked;
