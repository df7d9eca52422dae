/**
 * Espalier's training against libtorch's: the same graph, the same first weights, the same batch,
 * in one process.
 */
@NullMarked
package io.espalier.bench.engine;

import org.jspecify.annotations.NullMarked;
