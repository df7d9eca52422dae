package io.espalier.runtime;

import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.api.Horizon;
import io.espalier.api.Model;
import io.espalier.proto.CloneRun;
import io.espalier.proto.RunState;
import io.espalier.proto.RunSummary;
import io.espalier.proto.ScenarioPreview;
import io.espalier.proto.ScheduledUpdate;
import io.espalier.proto.StagePreview;
import io.espalier.proto.SubmitRun;
import io.espalier.runtime.RunManifest.DatasetIdentity;
import io.espalier.runtime.plugin.ExtensionLease;
import io.espalier.runtime.scenario.Scenario;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/**
 * What happens before a run is queued: everything is checked, and a new run gets its folder. Opens
 * data sets and writes files: not for event loops.
 */
final class RunAdmission {
  private final Espalier.Options options;
  private final RunStore store;
  private final RunArchive archive;

  RunAdmission(Espalier.Options options, RunStore store, RunArchive archive) {
    this.options = options;
    this.store = store;
    this.archive = archive;
  }

  /**
   * A run that can be queued.
   *
   * @param before how it was left, if it goes on; else what it starts with
   * @param extensions that it works with
   */
  record Admitted(
      RunFolder folder, PreparedRun prepared, RunSummary before, ExtensionLease extensions) {}

  private Preparation preparation(ExtensionLease extensions) {
    return new Preparation(options.withCatalog(extensions));
  }

  /** Checks a scenario and makes the folder of its run. */
  Admitted submit(SubmitRun request, ExtensionLease extensions) {
    return admit(scenario(request), Tags.checked(request.getTagsList()), extensions);
  }

  /** The same scenario as that of a run, with its tags. */
  Admitted cloned(CloneRun request, ExtensionLease extensions) {
    RunFolder folder = store.get(request.getRun());
    Scenario scenario = RunArchive.scenario(folder);
    return admit(
        request.getSeed().isEmpty() ? scenario : scenario.withSeed(seed(request.getSeed())),
        Tags.read(folder),
        extensions);
  }

  private static long seed(String text) {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw new EspalierException(
          FailureCode.USAGE, "seed '%s' is no whole number of 64 bits".formatted(text), e);
    }
  }

  /** What a scenario will do. Opens its data set, but fetches none. */
  ScenarioPreview preview(SubmitRun request, ExtensionLease extensions) {
    Scenario scenario = scenario(request);
    PreparedRun prepared =
        new Preparation(options.withoutFetching().withCatalog(extensions)).prepare(scenario);
    ScenarioPreview.Builder preview = ScenarioPreview.newBuilder();
    for (PreparedStage stage : prepared.stages()) {
      preview.addStages(preview(stage));
    }
    return preview.build();
  }

  private static StagePreview preview(PreparedStage stage) {
    StagePreview.Builder preview =
        StagePreview.newBuilder()
            .setName(stage.name())
            .setKind(stage.spec().kind().id())
            .setTotalSteps(stage.totalSteps())
            .setStepsPerEpoch(stage.horizon().map(Horizon::stepsPerEpoch).orElse(0));
    stage
        .pruning()
        .ifPresent(
            pruning ->
                pruning
                    .preview()
                    .updates()
                    .forEach(
                        update ->
                            preview.addUpdates(
                                ScheduledUpdate.newBuilder()
                                    .setStep(update.step())
                                    .setSparsity(update.sparsity()))));
    return preview.build();
  }

  private Scenario scenario(SubmitRun request) {
    String source = "the submitted scenario";
    if (!request.getFromClient()) {
      return Scenario.parse(request.getScenario(), source, Path.of("").toAbsolutePath());
    }
    ClientFiles files = new ClientFiles(options);
    Scenario scenario = Scenario.parse(request.getScenario(), source, files.base());
    files.require(scenario);
    return scenario;
  }

  private Admitted admit(Scenario scenario, List<String> tags, ExtensionLease extensions) {
    Preparation preparation = preparation(extensions);
    preparation.check(scenario);
    Model model = preparation.model(scenario);
    PreparedRun prepared = preparation.prepare(scenario);
    Preparation.requireFits(model, prepared.dataset());
    Instant now = Instant.now();
    RunFolder folder = store.create(RunStore.newId(scenario.name(), now));
    try {
      new Checkpoints(folder).saveInitial(model);
      AtomicFile.write(
          folder.manifest(), RunManifest.of(folder.id(), prepared, extensions, now).toJson());
      if (!tags.isEmpty()) {
        Tags.write(folder, tags);
      }
      AtomicFile.write(folder.scenario(), scenario.toJson());
    } catch (EspalierException e) {
      store.discard(folder);
      throw e;
    }
    extensions.namedAfter(folder.id());
    return new Admitted(
        folder,
        prepared,
        RunSummary.newBuilder().setStageIndex(-1).addAllTags(tags).build(),
        extensions);
  }

  /** Checks that a run can go on, with what is there today. */
  Admitted resume(String run, ExtensionLease extensions) {
    RunFolder folder = store.get(run);
    RunSummary before = archive.summary(folder);
    requireResumable(before);
    PreparedRun prepared = preparation(extensions).prepare(RunArchive.scenario(folder));
    DatasetIdentity then = RunManifest.read(folder.manifest()).dataset();
    DatasetIdentity now = DatasetIdentity.of(prepared.dataset());
    if (!then.equals(now)) {
      throw new EspalierException(
          FailureCode.DATA,
          "run '%s' began on data set '%s' with fingerprint %s; what is there now is '%s' with %s"
              .formatted(run, then.name(), then.fingerprint(), now.name(), now.fingerprint()));
    }
    archive.forget(folder);
    extensions.namedAfter(run);
    return new Admitted(folder, prepared, before, extensions);
  }

  private static void requireResumable(RunSummary run) {
    if (run.getState() == RunState.RUN_STATE_SUCCEEDED) {
      throw new EspalierException(
          FailureCode.USAGE,
          "run '%s' has succeeded; there is nothing to resume".formatted(run.getRun()));
    }
    if (run.getState() == RunState.RUN_STATE_RUNNING) {
      throw new EspalierException(
          FailureCode.USAGE,
          "run '%s' is on in another process; it cannot be resumed here".formatted(run.getRun()));
    }
  }
}
