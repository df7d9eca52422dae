package io.espalier.runtime;

import io.espalier.runtime.scenario.StageKind;

/**
 * Every address on the event bus. Bodies are the protobuf messages named here; their wire form is
 * the message's bytes, in one process they pass by reference.
 *
 * <p>A request that fails is answered by a failed reply: see {@link FailedReplies}.
 */
public final class Addresses {
  /**
   * Request: {@code SubmitRun}. Reply: {@code RunSummary} of the new run, once it is queued. The
   * scenario is checked first, the data set opened and its schedules previewed; that may take as
   * long as a download.
   */
  public static final String RUN_SUBMIT = "espalier.v1.run.submit";

  /** Request: {@code RunRef}. Reply: {@code RunSummary}. */
  public static final String RUN_GET = "espalier.v1.run.get";

  /** Request: {@code ListRuns} or any body or none. Reply: {@code RunList}, newest first. */
  public static final String RUN_LIST = "espalier.v1.run.list";

  /** Request: {@code ReadEvents}. Reply: {@code EventBatch}. */
  public static final String RUN_EVENTS = "espalier.v1.run.events";

  /**
   * Request: {@code RunRef} of a running run. Reply: {@code RunSummary}. The run holds at its next
   * step or stage and says so by the event {@code RunPaused}.
   */
  public static final String RUN_PAUSE = "espalier.v1.run.pause";

  /**
   * Request: {@code RunRef}. Reply: {@code RunSummary}. A paused run goes on; an interrupted,
   * failed or cancelled one is queued again, from its last checkpoint.
   */
  public static final String RUN_RESUME = "espalier.v1.run.resume";

  /**
   * Request: {@code RunRef} of a queued, running or paused run. Reply: {@code RunSummary}. The run
   * ends at once, by the event {@code RunFinished}.
   */
  public static final String RUN_CANCEL = "espalier.v1.run.cancel";

  /**
   * Request: {@code SetRun}. Reply: {@code RunSummary}, once the training goes by the new value; it
   * says so by the event {@code SettingChanged}.
   */
  public static final String RUN_SET = "espalier.v1.run.set";

  /**
   * Request: {@code DecidePlan}. Reply: {@code RunSummary}. The run's plan is applied or refused.
   */
  public static final String RUN_DECIDE = "espalier.v1.run.decide";

  /** Request: {@code SubmitRun}. Reply: {@code ScenarioPreview}. Starts and writes nothing. */
  public static final String RUN_PREVIEW = "espalier.v1.run.preview";

  /** Request: {@code CloneRun}. Reply: {@code RunSummary} of the new run. */
  public static final String RUN_CLONE = "espalier.v1.run.clone";

  /** Request: {@code TagRun}. Reply: {@code RunSummary}. */
  public static final String RUN_TAG = "espalier.v1.run.tag";

  /** Request: {@code RunRef} of a run that is not on. Reply: {@code DeletionOffer}. */
  public static final String RUN_OFFER_DELETION = "espalier.v1.run.offer-deletion";

  /** Request: {@code DeleteRun} with the offer's token. Reply: {@code RunRef}. */
  public static final String RUN_DELETE = "espalier.v1.run.delete";

  /** Request: {@code ReadSnapshot}. Reply: {@code RunSnapshot}. */
  public static final String RUN_SNAPSHOT = "espalier.v1.run.snapshot";

  /** Request: {@code RunRef}. Reply: {@code RunModels}. */
  public static final String RUN_MODELS = "espalier.v1.run.models";

  /** Request: {@code ReadModel}. Reply: {@code ModelView}. */
  public static final String RUN_MODEL = "espalier.v1.run.model";

  /** Request: {@code ReadLayer}. Reply: {@code LayerWeights}. */
  public static final String RUN_LAYER = "espalier.v1.run.layer";

  /** Request: any body or none. Reply: {@code JsonDocument}, the JSON schema of scenarios. */
  public static final String SCENARIO_SCHEMA = "espalier.v1.scenario.schema";

  /** Published: {@code RunRef} of a run that was deleted. */
  public static final String RUNS_DELETED = "espalier.v1.runs.deleted";

  /**
   * Published: {@code RunSummary}, before a run's first event and whenever its state or stage
   * changes.
   */
  public static final String RUNS = "espalier.v1.runs";

  /** Request: any body or none. Reply: {@code PluginList}. */
  public static final String PLUGIN_LIST = "espalier.v1.plugin.list";

  /**
   * Request: {@code PluginJarRef} of a jar in the folder of plugins. Reply: {@code PluginInfo}. A
   * jar that is loaded stays as it is.
   */
  public static final String PLUGIN_LOAD = "espalier.v1.plugin.load";

  /**
   * Request: {@code PluginJarRef}. Reply: {@code PluginInfo}; of a plugin that runs use, it says
   * that its end is pending.
   */
  public static final String PLUGIN_UNLOAD = "espalier.v1.plugin.unload";

  /** Request: {@code PluginJarRef}. Reply: {@code PluginInfo}, as of {@link #PLUGIN_UNLOAD}. */
  public static final String PLUGIN_RELOAD = "espalier.v1.plugin.reload";

  /** Published: {@code PluginList}, whenever plugins or their users change. */
  public static final String PLUGINS = "espalier.v1.plugins";

  /** Request: any body or none. Reply: {@code Empty}, by the runs of this node. */
  public static final String HEALTH = "espalier.v1.health";

  /** What every address begins with. */
  public static final String PREFIX = "espalier.v1.";

  /**
   * What the addresses begin with that bridges may reach. They carry the protobuf JSON form of the
   * message on the address with {@link #PREFIX} in this place.
   */
  public static final String EDGE_PREFIX = "espalier.edge.v1.";

  private Addresses() {}

  /**
   * Where stage workers compete for the stages of one kind. Request: {@link StageTask}. Reply:
   * {@link StageResult}. Local: the model passes by reference.
   */
  public static String stage(StageKind kind) {
    return PREFIX + "stage." + kind.id();
  }

  /** Published: each {@code RunEvent} of a run, in the order of its sequence numbers. */
  public static String event(String run) {
    return PREFIX + "event." + run;
  }

  /**
   * Where an extension is answered that a scenario names {@code bus:ID}. Request: {@code
   * ExtensionCall}. Reply: {@code ExtensionAnswer}.
   *
   * @param kind pruner, scheduler or listener
   * @param id lower-case words with hyphens
   */
  public static String extension(String kind, String id) {
    return PREFIX + "extension." + kind + "." + id;
  }

  /**
   * Published by scripts to each other: any JSON object, on the edge only.
   *
   * @param topic letters, digits, dots, hyphens and underscores, at most 128
   */
  public static String script(String topic) {
    return EDGE_PREFIX + "script." + topic;
  }

  /**
   * The edge's address for an address of the bus, such as {@code espalier.edge.v1.run.get}.
   *
   * @param address one that begins with {@link #PREFIX}
   */
  public static String edge(String address) {
    if (!address.startsWith(PREFIX)) {
      throw new IllegalArgumentException("'" + address + "' does not begin with " + PREFIX);
    }
    return EDGE_PREFIX + address.substring(PREFIX.length());
  }
}
