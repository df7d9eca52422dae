package io.espalier.runtime.gateway;

import io.espalier.runtime.Addresses;
import io.espalier.runtime.Operation;
import io.espalier.runtime.Operations;
import io.vertx.core.Vertx;
import io.vertx.ext.bridge.PermittedOptions;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.handler.sockjs.SockJSBridgeOptions;
import io.vertx.ext.web.handler.sockjs.SockJSHandler;
import io.vertx.ext.web.handler.sockjs.SockJSHandlerOptions;
import io.vertx.ext.web.handler.sockjs.Transport;
import java.util.EnumSet;
import java.util.List;

/**
 * The event-bus bridge for browsers: SockJS over WebSocket, to the edge addresses and no others.
 *
 * <p>SockJS's transports for old browsers are off: some of them come without an origin, so that a
 * foreign page could use them unseen.
 */
final class EdgeBridge {
  private static final String EVENTS = any(Addresses.edge(Addresses.event("")));
  private static final String SCRIPTS = any(Addresses.script(""));

  private static final int LONGEST_ADDRESS = 200;

  /** Subscriptions, and requests that wait for an answer. */
  private static final int MOST_HANDLERS = 100;

  /** A browser slows the timers of a page in the background to one a minute. */
  private static final long PING_MILLIS = 90_000;

  private EdgeBridge() {}

  /** A pattern of the addresses with a name behind a prefix. */
  private static String any(String prefix) {
    return prefix.replace(".", "\\.") + "[A-Za-z0-9._-]{1,128}";
  }

  /** What a client may ask. */
  static List<String> inbound() {
    return Operations.ALL.stream().map(Operation::address).map(Addresses::edge).toList();
  }

  static Router router(Vertx vertx, BridgeFlow flow) {
    SockJSBridgeOptions options =
        new SockJSBridgeOptions()
            .setMaxAddressLength(LONGEST_ADDRESS)
            .setMaxHandlersPerSocket(MOST_HANDLERS)
            .setPingTimeout(PING_MILLIS)
            .addInboundPermitted(new PermittedOptions().setAddressRegex(SCRIPTS))
            .addOutboundPermitted(new PermittedOptions().setAddressRegex(SCRIPTS))
            .addOutboundPermitted(new PermittedOptions().setAddressRegex(EVENTS))
            .addOutboundPermitted(new PermittedOptions().setAddress(Addresses.edge(Addresses.RUNS)))
            .addOutboundPermitted(
                new PermittedOptions().setAddress(Addresses.edge(Addresses.RUNS_DELETED)))
            .addOutboundPermitted(
                new PermittedOptions().setAddress(Addresses.edge(Addresses.PLUGINS)));
    for (String address : inbound()) {
      options.addInboundPermitted(new PermittedOptions().setAddress(address));
    }
    SockJSHandlerOptions transports =
        new SockJSHandlerOptions().setInsertJSESSIONID(false).setRegisterWriteHandler(false);
    for (Transport transport : EnumSet.complementOf(EnumSet.of(Transport.WEBSOCKET))) {
      transports.addDisabledTransport(transport.name());
    }
    return SockJSHandler.create(vertx, transports).bridge(options, flow);
  }
}
