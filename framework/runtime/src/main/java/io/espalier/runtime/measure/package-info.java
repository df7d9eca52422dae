/**
 * Measures exported model files: quality and latency on ONNX Runtime, sizes and sparsity from the
 * bytes. Nothing here trusts what a stage said about its own result.
 */
@NullMarked
package io.espalier.runtime.measure;

import org.jspecify.annotations.NullMarked;
