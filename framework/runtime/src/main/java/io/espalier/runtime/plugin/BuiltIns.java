package io.espalier.runtime.plugin;

import io.espalier.api.Exporter;
import io.espalier.api.Extension;
import io.espalier.core.DescriptionProtos;
import io.espalier.core.EncodingExporter;
import io.espalier.proto.PluginInfo;
import java.util.List;
import java.util.Optional;

/** The extensions that are there without a plugin: an exporter for each encoding. */
public final class BuiltIns {
  private BuiltIns() {}

  /** The extension of a kind with an id, if it is one of them. */
  public static <E extends Extension> Optional<E> find(Class<E> kind, String id) {
    return of(kind).stream().filter(e -> e.description().id().equals(id)).findFirst();
  }

  /** All of a kind. */
  public static <E extends Extension> List<E> of(Class<E> kind) {
    return kind == Exporter.class
        ? EncodingExporter.all().stream().map(kind::cast).toList()
        : List.of();
  }

  /** What they are, in the form of a plugin without a jar. */
  public static PluginInfo info() {
    PluginInfo.Builder info = PluginInfo.newBuilder().setId("built-in").setState("STARTED");
    for (Exporter exporter : EncodingExporter.all()) {
      info.addExtensions(
          DescriptionProtos.toProto(ExtensionKind.EXPORTER.id(), exporter.description()));
    }
    return info.build();
  }
}
