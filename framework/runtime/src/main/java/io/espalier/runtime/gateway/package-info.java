/**
 * The way in for browsers and other programs: HTTP, plain WebSocket and an event-bus bridge, all in
 * the protobuf JSON form of the messages on the bus.
 *
 * <p>The gateway knows runs only through the event bus; from the run folders it takes files to
 * download and nothing else.
 */
@NullMarked
package io.espalier.runtime.gateway;

import org.jspecify.annotations.NullMarked;
