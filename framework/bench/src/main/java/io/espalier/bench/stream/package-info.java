/** The event stream of a server, with hundreds of clients. */
@NullMarked
package io.espalier.bench.stream;

import org.jspecify.annotations.NullMarked;
