/** Tests of the data sets, on small sets made here and servers and programs of this machine. */
@NullMarked
package io.espalier.plugins.idxdata;

import org.jspecify.annotations.NullMarked;
