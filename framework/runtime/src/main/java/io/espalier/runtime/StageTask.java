package io.espalier.runtime;

import io.espalier.api.Checkpoint;
import io.espalier.api.Model;
import java.util.Optional;

/**
 * A stage to be done: what a run sends to the stage workers of this process. The model goes by
 * reference.
 *
 * @param context of the run
 * @param stage what to do
 * @param model to do it to
 * @param resumeFrom where a training goes on that was cut off
 */
record StageTask(
    RunContext context, PreparedStage stage, Model model, Optional<Checkpoint> resumeFrom) {}
