package io.espalier.runtime;

import com.google.protobuf.Message;
import io.espalier.proto.CloneRun;
import io.espalier.proto.DecidePlan;
import io.espalier.proto.DeleteRun;
import io.espalier.proto.DeletionOffer;
import io.espalier.proto.Empty;
import io.espalier.proto.EventBatch;
import io.espalier.proto.JsonDocument;
import io.espalier.proto.LayerWeights;
import io.espalier.proto.ListRuns;
import io.espalier.proto.ModelView;
import io.espalier.proto.PluginInfo;
import io.espalier.proto.PluginJarRef;
import io.espalier.proto.PluginList;
import io.espalier.proto.ReadEvents;
import io.espalier.proto.ReadLayer;
import io.espalier.proto.ReadModel;
import io.espalier.proto.ReadSnapshot;
import io.espalier.proto.RunList;
import io.espalier.proto.RunModels;
import io.espalier.proto.RunRef;
import io.espalier.proto.RunSnapshot;
import io.espalier.proto.RunSummary;
import io.espalier.proto.ScenarioPreview;
import io.espalier.proto.SetRun;
import io.espalier.proto.SubmitRun;
import io.espalier.proto.TagRun;
import java.util.ArrayList;
import java.util.List;

/** All operations: the one list that codecs, bridges, HTTP routes and their documents come from. */
public final class Operations {
  private static final String RUNS = "/runs";
  private static final String RUN = RUNS + "/:run";
  private static final String PLUGIN = "/plugins/:jar";

  /** In the order in which documents list them. */
  public static final List<Operation> ALL = all();

  private Operations() {}

  private static List<Operation> all() {
    List<Operation> all = new ArrayList<>();
    addReadings(all);
    addChanges(all);
    addPluginChanges(all);
    return List.copyOf(all);
  }

  private static void addReadings(List<Operation> all) {
    Message run = RunRef.getDefaultInstance();
    all.add(
        get(
            Addresses.RUN_LIST,
            RUNS,
            ListRuns.getDefaultInstance(),
            RunList.getDefaultInstance(),
            "Runs, newest first."));
    all.add(get(Addresses.RUN_GET, RUN, run, RunSummary.getDefaultInstance(), "One run in short."));
    all.add(
        get(
            Addresses.RUN_EVENTS,
            RUN + "/events",
            ReadEvents.getDefaultInstance(),
            EventBatch.getDefaultInstance(),
            "Logged events of a run, from a sequence number on."));
    all.add(
        get(
            Addresses.RUN_SNAPSHOT,
            RUN + "/snapshot",
            ReadSnapshot.getDefaultInstance(),
            RunSnapshot.getDefaultInstance(),
            "A run as it stands: its events, and its curves with all extremes."));
    all.add(
        get(
            Addresses.RUN_MODELS,
            RUN + "/models",
            run,
            RunModels.getDefaultInstance(),
            "The models that a run has come by."));
    all.add(
        get(
            Addresses.RUN_MODEL,
            RUN + "/models/:stageIndex",
            ReadModel.getDefaultInstance(),
            ModelView.getDefaultInstance(),
            "Graph and layers of a model of a run."));
    all.add(
        get(
            Addresses.RUN_LAYER,
            RUN + "/models/:stageIndex/layer",
            ReadLayer.getDefaultInstance(),
            LayerWeights.getDefaultInstance(),
            "The weights of a layer as a histogram and a picture."));
    all.add(
        get(
            Addresses.SCENARIO_SCHEMA,
            "/schema",
            Empty.getDefaultInstance(),
            JsonDocument.getDefaultInstance(),
            "The JSON schema of scenarios, with every extension that is there."));
    all.add(
        get(
            Addresses.PLUGIN_LIST,
            "/plugins",
            Empty.getDefaultInstance(),
            PluginList.getDefaultInstance(),
            "Plugins and what they bring."));
    all.add(
        get(
            Addresses.HEALTH,
            "/health",
            Empty.getDefaultInstance(),
            Empty.getDefaultInstance(),
            "Answers if the runs can be asked."));
  }

  private static void addChanges(List<Operation> all) {
    Message run = RunRef.getDefaultInstance();
    Message summary = RunSummary.getDefaultInstance();
    Message submit = SubmitRun.getDefaultInstance();
    all.add(
        post(Addresses.RUN_SUBMIT, RUNS, submit, summary, "Checks a scenario and queues its run."));
    all.add(
        post(
            Addresses.RUN_PREVIEW,
            "/preview",
            submit,
            ScenarioPreview.getDefaultInstance(),
            "What a scenario will do; starts nothing."));
    all.add(
        post(Addresses.RUN_PAUSE, RUN + "/pause", run, summary, "Holds a run at its next step."));
    all.add(
        post(
            Addresses.RUN_RESUME,
            RUN + "/resume",
            run,
            summary,
            "Lets a run go on, from its last checkpoint if it ended."));
    all.add(post(Addresses.RUN_CANCEL, RUN + "/cancel", run, summary, "Ends a run at once."));
    all.add(
        post(
            Addresses.RUN_SET,
            RUN + "/set",
            SetRun.getDefaultInstance(),
            summary,
            "Changes a training that is on."));
    all.add(
        post(
            Addresses.RUN_DECIDE,
            RUN + "/decide",
            DecidePlan.getDefaultInstance(),
            summary,
            "Approves or rejects the plan that a run waits with."));
    all.add(
        post(
            Addresses.RUN_CLONE,
            RUN + "/clone",
            CloneRun.getDefaultInstance(),
            summary,
            "Starts a run of the same scenario."));
    all.add(
        post(
            Addresses.RUN_TAG,
            RUN + "/tags",
            TagRun.getDefaultInstance(),
            summary,
            "Gives a run other tags."));
    all.add(
        post(
            Addresses.RUN_OFFER_DELETION,
            RUN + "/deletion",
            run,
            DeletionOffer.getDefaultInstance(),
            "Says what deleting a run would delete, and gives the token for it."));
    all.add(
        new Operation(
            Addresses.RUN_DELETE,
            "DELETE",
            RUN,
            DeleteRun.getDefaultInstance(),
            run,
            "Deletes a run's folder, given the token."));
  }

  private static void addPluginChanges(List<Operation> all) {
    Message jar = PluginJarRef.getDefaultInstance();
    Message info = PluginInfo.getDefaultInstance();
    all.add(
        post(
            Addresses.PLUGIN_LOAD,
            PLUGIN + "/load",
            jar,
            info,
            "Loads a jar that lies in the folder of plugins."));
    all.add(
        post(
            Addresses.PLUGIN_UNLOAD,
            PLUGIN + "/unload",
            jar,
            info,
            "Lets go of a plugin, once no run uses it."));
    all.add(
        post(
            Addresses.PLUGIN_RELOAD,
            PLUGIN + "/reload",
            jar,
            info,
            "Takes what lies in a plugin's jar now, once no run uses the plugin."));
  }

  private static Operation get(
      String address, String path, Message request, Message reply, String summary) {
    return new Operation(address, "GET", path, request, reply, summary);
  }

  private static Operation post(
      String address, String path, Message request, Message reply, String summary) {
    return new Operation(address, "POST", path, request, reply, summary);
  }
}
