package io.espalier.runtime;

import io.espalier.api.Dataset;
import io.espalier.runtime.scenario.Scenario;
import java.util.List;

/**
 * A scenario all of whose stages were found to be possible, with its data set open.
 *
 * @param scenario what was asked for
 * @param dataset opened once for the run
 * @param stages in order
 */
record PreparedRun(Scenario scenario, Dataset dataset, List<PreparedStage> stages) {
  PreparedRun {
    stages = List.copyOf(stages);
  }
}
