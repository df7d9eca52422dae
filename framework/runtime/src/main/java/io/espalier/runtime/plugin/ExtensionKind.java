package io.espalier.runtime.plugin;

import io.espalier.api.ChannelPruner;
import io.espalier.api.Clusterer;
import io.espalier.api.DatasetSource;
import io.espalier.api.Exporter;
import io.espalier.api.Extension;
import io.espalier.api.FineTuner;
import io.espalier.api.ModelFormat;
import io.espalier.api.Pruner;
import io.espalier.api.Scheduler;
import io.espalier.api.ScriptEngine;

/** The extension points, each with the word for it in messages, descriptions and bus addresses. */
public enum ExtensionKind {
  PRUNER("pruner", Pruner.class),
  CHANNEL_PRUNER("channel-pruner", ChannelPruner.class),
  SCHEDULER("scheduler", Scheduler.class),
  CLUSTERER("clusterer", Clusterer.class),
  FINE_TUNER("fine-tuner", FineTuner.class),
  DATASET("dataset", DatasetSource.class),
  MODEL_FORMAT("model-format", ModelFormat.class),
  EXPORTER("exporter", Exporter.class),
  SCRIPT_ENGINE("script-engine", ScriptEngine.class);

  private final String id;
  private final Class<? extends Extension> type;

  ExtensionKind(String id, Class<? extends Extension> type) {
    this.id = id;
    this.type = type;
  }

  public String id() {
    return id;
  }

  public Class<? extends Extension> type() {
    return type;
  }

  /** The kind whose extension point is {@code type}. */
  public static ExtensionKind of(Class<? extends Extension> type) {
    for (ExtensionKind kind : values()) {
      if (kind.type == type) {
        return kind;
      }
    }
    throw new IllegalArgumentException(type + " is no extension point");
  }
}
