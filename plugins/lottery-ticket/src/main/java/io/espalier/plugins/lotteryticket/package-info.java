/** The lottery ticket procedure: prune, rewind, train again. */
@NullMarked
package io.espalier.plugins.lotteryticket;

import org.jspecify.annotations.NullMarked;
