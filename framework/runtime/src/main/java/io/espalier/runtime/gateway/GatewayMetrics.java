package io.espalier.runtime.gateway;

import io.espalier.proto.RunState;
import io.espalier.proto.RunSummary;
import io.espalier.runtime.Addresses;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;

/** Figures for Prometheus at {@code /metrics}, and {@code /health}. */
final class GatewayMetrics {
  private static final int MOST_RUNS = 10_000;
  private static final int UNAVAILABLE = 503;

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final Counter events;

  /** How runs stand, as far as was heard. */
  private final Map<String, RunState> states =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, RunState> eldest) {
          return size() > MOST_RUNS;
        }
      };

  GatewayMetrics(Supplier<Number> openStreams, Supplier<Number> openSockets) {
    new JvmMemoryMetrics().bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    new ClassLoaderMetrics().bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    new UptimeMetrics().bindTo(registry);
    events =
        Counter.builder("espalier.events")
            .description("Events of runs repeated to the edge")
            .register(registry);
    Gauge.builder("espalier.streams.open", openStreams)
        .description("Event streams that are open")
        .register(registry);
    Gauge.builder("espalier.bridge.sockets", openSockets)
        .description("Clients of the event-bus bridge")
        .register(registry);
    for (RunState state : RunState.values()) {
      if (state != RunState.UNRECOGNIZED && state != RunState.RUN_STATE_UNSPECIFIED) {
        Gauge.builder("espalier.runs", () -> count(state))
            .description("Runs by state")
            .tag("state", state.name().substring("RUN_STATE_".length()).toLowerCase(Locale.ROOT))
            .register(registry);
      }
    }
  }

  private long count(RunState state) {
    synchronized (states) {
      return states.values().stream().filter(state::equals).count();
    }
  }

  void heard(RunSummary summary) {
    synchronized (states) {
      states.put(summary.getRun(), summary.getState());
    }
  }

  void deleted(String run) {
    synchronized (states) {
      states.remove(run);
    }
  }

  /** Events came from the runs that are on. */
  void events(int count) {
    events.increment(count);
  }

  void mount(Router router, Vertx vertx, BusClient bus) {
    router.route().handler(this::count);
    router
        .get("/metrics")
        .handler(
            context ->
                vertx
                    .executeBlocking(registry::scrape, false)
                    .onSuccess(
                        text ->
                            context
                                .response()
                                .putHeader(
                                    HttpHeaders.CONTENT_TYPE,
                                    "text/plain; version=0.0.4; charset=utf-8")
                                .end(text))
                    .onFailure(failure -> FailureResponses.send(context, failure)));
    router.get("/health").handler(context -> health(context, bus));
  }

  private void count(RoutingContext context) {
    context.addEndHandler(
        done ->
            registry
                .counter(
                    "espalier.http.requests",
                    "method",
                    context.request().method().name(),
                    "status",
                    Integer.toString(context.response().getStatusCode()))
                .increment());
    context.next();
  }

  /** The server works if the runs answer over the bus. */
  private static void health(RoutingContext context, BusClient bus) {
    bus.request(Addresses.HEALTH, null)
        .onComplete(
            answer ->
                context
                    .response()
                    .setStatusCode(answer.succeeded() ? 200 : UNAVAILABLE)
                    .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
                    .end(
                        new JsonObject()
                            .put("status", answer.succeeded() ? "up" : "down")
                            .encode()));
  }
}
