package io.espalier.bench.structured;

import io.espalier.api.ChannelGroup;
import io.espalier.api.Edit;
import io.espalier.api.Model;
import io.espalier.api.Shape;
import io.espalier.bench.Comparison;
import io.espalier.bench.Group;
import io.espalier.bench.Quantity;
import io.espalier.core.ChannelCut;
import io.espalier.core.ChannelGroups;
import io.espalier.core.ModelBuilders;
import io.espalier.core.OnnxFormat;
import io.espalier.runtime.measure.Latency;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Rows of structured pruning. The peer of a cut model is the dense one, that of an analysis a bound
 * or a smaller graph, that of a cut a plain copy of the weights.
 */
public final class StructuredGroup implements Group {
  private static final Shape IMAGE = Shape.of(3, 224, 224);
  private static final int ROUNDS = 7;
  private static final double BOUND_MILLIS = 50;
  private static final int SMALL = 1_000;
  private static final int LARGE = 10_000;

  @Override
  public String name() {
    return "structured";
  }

  @Override
  public Map<String, Supplier<Comparison>> rows() {
    Map<String, Supplier<Comparison>> rows = new LinkedHashMap<>();
    rows.put("latency-resnet18", () -> latency("latency-resnet18", "resnet-18"));
    rows.put("latency-mobilenetv2", () -> latency("latency-mobilenetv2", "mobilenet-v2"));
    rows.put("groups-1k", StructuredGroup::groups);
    rows.put("groups-10k", StructuredGroup::growth);
    rows.put("surgery-100m", StructuredGroup::surgery);
    return rows;
  }

  /** Milliseconds of an inference with half of all channels, against all of them. */
  private static Comparison latency(String row, String network) {
    Model model = ModelBuilders.build(network, 1);
    List<Edit.RemoveChannels> edits = Halves.of(model, ChannelGroups.of(model));
    byte[] dense = new OnnxFormat().bytes(model);
    byte[] cut = new OnnxFormat().bytes(ChannelCut.apply(model, edits));
    return Comparison.measure(
        row,
        Quantity.COST,
        "ms",
        ROUNDS,
        () -> Latency.measure(cut, IMAGE).p50Micros() / 1e3,
        () -> Latency.measure(dense, IMAGE).p50Micros() / 1e3);
  }

  /** Milliseconds for the groups of a graph of 1,000 nodes, against the bound. */
  private static Comparison groups() {
    Model model = Graphs.residual(SMALL);
    return Comparison.measure(
        "groups-1k",
        Quantity.COST,
        "ms",
        ROUNDS,
        () -> Timing.best(() -> ChannelGroups.of(model)),
        () -> BOUND_MILLIS);
  }

  /** Milliseconds for a graph of 10,000 nodes, against ten times those for 1,000. */
  private static Comparison growth() {
    Model small = Graphs.residual(SMALL);
    Model large = Graphs.residual(LARGE);
    double times = (double) LARGE / SMALL;
    return Comparison.measure(
        "groups-10k",
        Quantity.COST,
        "ms",
        ROUNDS,
        () -> Timing.best(() -> ChannelGroups.of(large)),
        () -> times * Timing.best(() -> ChannelGroups.of(small)));
  }

  /** Milliseconds to plan and cut half of a model of 100 million parameters, against a copy. */
  private static Comparison surgery() {
    Model model = Graphs.dense();
    return Comparison.measure(
        "surgery-100m",
        Quantity.COST,
        "ms",
        ROUNDS,
        () -> Timing.once(() -> cut(model)),
        () -> Timing.once(() -> Graphs.copy(model)));
  }

  private static Object cut(Model model) {
    List<ChannelGroup> groups = ChannelGroups.of(model);
    return ChannelCut.apply(model, Halves.of(model, groups));
  }
}
