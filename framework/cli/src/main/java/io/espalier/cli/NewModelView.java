package io.espalier.cli;

import io.espalier.api.Model;
import io.espalier.api.ValueInfo;
import io.espalier.core.ContentHash;
import io.espalier.core.TrainableParameters;
import java.nio.file.Path;

/**
 * A network that was made, in the form that the command prints, as text or as JSON.
 *
 * @param model the file
 * @param network which of the built-in ones
 * @param seed of its weights
 * @param parameters trainable ones
 * @param input such as {@code image float batch x 1 x 28 x 28}
 * @param output likewise
 * @param sha256 of the file
 */
record NewModelView(
    String model,
    String network,
    long seed,
    long parameters,
    String input,
    String output,
    String sha256) {

  static NewModelView of(Path file, long seed, Model model) {
    return new NewModelView(
        file.toString(),
        model.graph().name(),
        seed,
        TrainableParameters.count(model),
        model.graph().inputs().stream().map(ValueInfo::toString).findFirst().orElseThrow(),
        model.graph().outputs().stream().map(ValueInfo::toString).findFirst().orElseThrow(),
        ContentHash.sha256(file));
  }

  /** For people. */
  String text() {
    return "%s: %s, untrained, seed %d, %,d parameters; %s -> %s"
        .formatted(model, network, seed, parameters, input, output);
  }
}
