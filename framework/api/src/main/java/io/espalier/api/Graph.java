package io.espalier.api;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A computation with ONNX semantics. Every value is named; a node's inputs are graph inputs,
 * tensors of the model or outputs of earlier nodes.
 *
 * @param name the graph's name
 * @param nodes in topological order
 * @param inputs what the caller gives; initialisers are not listed
 * @param outputs what the caller gets
 * @param opsets operator set version by domain; the empty domain is ONNX's own
 */
public record Graph(
    String name,
    List<Node> nodes,
    List<ValueInfo> inputs,
    List<ValueInfo> outputs,
    Map<String, Long> opsets) {
  public Graph {
    nodes = List.copyOf(nodes);
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
    opsets = Collections.unmodifiableMap(new TreeMap<>(opsets));
  }
}
