package io.espalier.api;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One application of an operator.
 *
 * @param name unique in its graph, never empty
 * @param type operator, such as {@code Conv}
 * @param domain operator set; empty for ONNX's own
 * @param inputs names of values; an omitted optional input is an empty string
 * @param outputs names of values; an omitted optional output is an empty string
 * @param attributes constants by name, in the file's order
 */
public record Node(
    String name,
    String type,
    String domain,
    List<String> inputs,
    List<String> outputs,
    Map<String, Attribute> attributes) {
  public Node {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
    attributes = Collections.unmodifiableMap(new LinkedHashMap<>(attributes));
  }

  /** Whether an input is there that may be left out. */
  public boolean hasInput(int input) {
    return input < inputs.size() && !inputs.get(input).isEmpty();
  }

  /** A whole-number attribute, or a default where it is absent. */
  public long intAttribute(String attribute, long absent) {
    Attribute value = attributes.get(attribute);
    if (value == null) {
      return absent;
    }
    return value instanceof Attribute.Int i ? i.value() : fail(attribute, "a whole number");
  }

  /** A number attribute, or a default where it is absent. */
  public float realAttribute(String attribute, float absent) {
    Attribute value = attributes.get(attribute);
    if (value == null) {
      return absent;
    }
    return value instanceof Attribute.Real r ? r.value() : fail(attribute, "a number");
  }

  /** A text attribute, or a default where it is absent. */
  public String textAttribute(String attribute, String absent) {
    Attribute value = attributes.get(attribute);
    if (value == null) {
      return absent;
    }
    return value instanceof Attribute.Text t ? t.value() : fail(attribute, "a text");
  }

  /** A list attribute, or a default where it is absent. */
  public List<Long> intsAttribute(String attribute, List<Long> absent) {
    Attribute value = attributes.get(attribute);
    if (value == null) {
      return absent;
    }
    return value instanceof Attribute.Ints i ? i.values() : fail(attribute, "whole numbers");
  }

  private <T> T fail(String attribute, String wanted) {
    throw new EspalierException(
        FailureCode.MODEL,
        "node '%s' (%s): attribute '%s' is not %s".formatted(name, type, attribute, wanted));
  }
}
