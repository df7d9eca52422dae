/** What a benchmark needs from inside the clusterer. */
@NullMarked
package io.espalier.plugins.kmeans;

import org.jspecify.annotations.NullMarked;
