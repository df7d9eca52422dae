package io.espalier.runtime.gateway;

import io.espalier.runtime.RunStore;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.ext.web.Router;
import java.util.Optional;

/**
 * The gateway's verticle: everything of it runs on one event loop, so nothing in this package needs
 * a lock.
 */
final class GatewayServer extends VerticleBase {
  /** The most bytes of one message from a client, in one frame or several. */
  static final int MOST_MESSAGE_BYTES = 64 * 1024;

  private static final int MOST_HEADER_BYTES = 16 * 1024;
  private static final int MOST_LINE_BYTES = 4 * 1024;

  private final RunStore store;
  private final GatewayOptions options;
  private Optional<EventStreams> streams = Optional.empty();
  private int port;

  GatewayServer(RunStore store, GatewayOptions options) {
    this.store = store;
    this.options = options;
  }

  int port() {
    return port;
  }

  @Override
  public Future<?> start() {
    return vertx.executeBlocking(this::routes).compose(this::serve);
  }

  /** What answers where; off the event loop, since it loads most classes of the gateway. */
  private Routes routes() {
    BusClient bus = new BusClient(vertx);
    Pulse pulse = new Pulse(vertx);
    EventStreams eventStreams = new EventStreams(vertx, bus, pulse);
    Router router = Router.router(vertx);
    ConnectionGuard connections = new ConnectionGuard(vertx, options.limits());
    router.route().handler(connections::asked);
    router.route().handler(new OriginGuard(options));
    router.route().handler(SecurityHeaders::add);
    router.route().handler(new RateGuard(options.limits()));
    new TokenGuard(options.token()).mount(router);
    BridgeFlow flow = new BridgeFlow(options.limits());
    GatewayMetrics metrics = new GatewayMetrics(eventStreams::count, flow::sockets);
    metrics.mount(router, vertx, bus);
    new UploadApi(vertx, options.uploads()).mount(router);
    new RunApi(vertx, bus, store, eventStreams).mount(router);
    router.route("/eventbus/*").subRouter(EdgeBridge.router(vertx, flow));
    router.get().handler(new DashboardFiles(vertx));
    FailureResponses.handleErrors(router);
    EdgeMirror mirror = new EdgeMirror(vertx, bus, pulse, flow, metrics);
    return new Routes(router, connections, eventStreams, mirror);
  }

  private Future<?> serve(Routes routes) {
    streams = Optional.of(routes.streams);
    routes.connections.start();
    return vertx
        .createHttpServer(httpOptions())
        .connectionHandler(routes.connections::opened)
        .requestHandler(routes.router)
        .listen(options.port(), options.host())
        .onSuccess(this::listening)
        .compose(server -> routes.mirror.start());
  }

  private record Routes(
      Router router, ConnectionGuard connections, EventStreams streams, EdgeMirror mirror) {}

  @Override
  public Future<?> stop() {
    streams.ifPresent(EventStreams::close);
    return Future.succeededFuture();
  }

  private void listening(HttpServer server) {
    port = server.actualPort();
  }

  private static HttpServerOptions httpOptions() {
    return new HttpServerOptions()
        .setHttp2ClearTextEnabled(false)
        .setMaxInitialLineLength(MOST_LINE_BYTES)
        .setMaxHeaderSize(MOST_HEADER_BYTES)
        .setMaxWebSocketFrameSize(MOST_MESSAGE_BYTES)
        .setMaxWebSocketMessageSize(MOST_MESSAGE_BYTES)
        .setPerMessageWebSocketCompressionSupported(false)
        .setPerFrameWebSocketCompressionSupported(false);
  }
}
