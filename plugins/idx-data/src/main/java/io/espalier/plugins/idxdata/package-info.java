/**
 * Small image data sets: MNIST and Fashion-MNIST, found on the machine or fetched, and the digits
 * that are shipped with the plugin.
 *
 * <p>Files are in the idx format of Y. LeCun, C. Cortes and C. Burges, "The MNIST database of
 * handwritten digits": a big-endian magic number and the extents of the axes, then one unsigned
 * byte per element. Whatever comes from outside is checked against SHA-256 sums of the decompressed
 * files, because packagers compress anew.
 *
 * <p>{@code espalier.data.mnist.url} and {@code espalier.data.fashion-mnist.url} are system
 * properties that name a mirror: an http or https folder with the four {@code .gz} files, asked
 * instead of the data set's own sources.
 */
@NullMarked
package io.espalier.plugins.idxdata;

import org.jspecify.annotations.NullMarked;
