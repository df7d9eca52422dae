package io.espalier.bench.compression;

import io.espalier.bench.Comparison;
import io.espalier.bench.PeerGroup;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/** Selecting, clustering and encoding weights. */
public final class CompressionGroup implements PeerGroup {
  @Override
  public String name() {
    return "compression";
  }

  @Override
  public Map<String, Supplier<Comparison>> rows() {
    Map<String, Supplier<Comparison>> rows = new LinkedHashMap<>();
    rows.put("mask-selection", MaskSelection::compare);
    rows.put("kmeans", KMeans::compare);
    rows.put("container-vs-entropy", ContainerSize::compare);
    rows.put("encode-100m", EncodeAll::compare);
    return rows;
  }
}
