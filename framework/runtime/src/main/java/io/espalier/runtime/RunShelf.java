package io.espalier.runtime;

import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.proto.DeleteRun;
import io.espalier.proto.DeletionOffer;
import io.espalier.proto.ListRuns;
import io.espalier.proto.RunList;
import io.espalier.proto.RunRef;
import io.espalier.proto.RunState;
import io.espalier.proto.RunSummary;
import io.espalier.proto.TagRun;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Finds, tags and deletes the folders of runs. Reads and writes files: not for event loops. Safe
 * for many threads.
 */
final class RunShelf {
  private final RunStore store;
  private final RunArchive archive;
  private final Deletions deletions = new Deletions();

  RunShelf(RunStore store, RunArchive archive) {
    this.store = store;
    this.archive = archive;
  }

  /**
   * Runs, newest first.
   *
   * @param active summaries of the runs that are on here, by id
   */
  RunList list(Map<String, RunSummary> active, ListRuns filter) {
    List<RunSummary> all = new ArrayList<>();
    for (RunFolder folder : store.list()) {
      RunSummary summary = active.get(folder.id());
      all.add(summary == null ? archive.summary(folder) : summary);
    }
    Collections.reverse(all);
    return RunList.newBuilder()
        .addAllRuns(all.stream().filter(run -> matches(run, filter)).toList())
        .build();
  }

  private static boolean matches(RunSummary run, ListRuns filter) {
    String part = filter.getSearch().strip().toLowerCase(Locale.ROOT);
    boolean found =
        Stream.concat(
                Stream.of(run.getRun(), run.getScenario(), run.getDataset()),
                run.getTagsList().stream())
            .anyMatch(text -> text.toLowerCase(Locale.ROOT).contains(part));
    return found
        && (filter.getTag().isEmpty() || run.getTagsList().contains(filter.getTag()))
        && (filter.getState() == RunState.RUN_STATE_UNSPECIFIED
            || filter.getState() == run.getState());
  }

  /** Gives a run other tags and tells them as they are now. */
  List<String> tag(TagRun request) {
    RunFolder folder = store.get(request.getRun());
    List<String> tags = Tags.checked(request.getTagsList());
    Tags.write(folder, tags);
    return tags;
  }

  DeletionOffer offer(String run) {
    RunFolder folder = store.get(run);
    requireNotOnElsewhere(folder);
    return deletions.offer(folder);
  }

  RunRef delete(DeleteRun request) {
    RunFolder folder = store.get(request.getRun());
    requireNotOnElsewhere(folder);
    deletions.redeem(request);
    archive.forget(folder);
    store.delete(folder);
    return RunRef.newBuilder().setRun(folder.id()).build();
  }

  private void requireNotOnElsewhere(RunFolder folder) {
    if (archive.summary(folder).getState() == RunState.RUN_STATE_RUNNING) {
      throw new EspalierException(
          FailureCode.USAGE,
          "run '%s' is on in another process; it cannot be deleted".formatted(folder.id()));
    }
  }
}
