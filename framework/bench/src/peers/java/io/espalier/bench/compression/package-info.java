/** Compression: selecting, clustering and encoding weights against what others do. */
@NullMarked
package io.espalier.bench.compression;

import org.jspecify.annotations.NullMarked;
