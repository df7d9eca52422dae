/** SparseGPT: pruning with compensation, in one shot. */
@NullMarked
package io.espalier.plugins.sparsegpt;

import org.jspecify.annotations.NullMarked;
