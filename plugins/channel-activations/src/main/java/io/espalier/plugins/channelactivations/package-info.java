/** Channel pruners that look at what channels do on calibration samples. */
@NullMarked
package io.espalier.plugins.channelactivations;

import org.jspecify.annotations.NullMarked;
