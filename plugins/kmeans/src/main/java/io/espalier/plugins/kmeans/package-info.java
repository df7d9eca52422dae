/** Weight sharing by one-dimensional k-means. */
@NullMarked
package io.espalier.plugins.kmeans;

import org.jspecify.annotations.NullMarked;
