package io.espalier.runtime.scenario;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.runtime.scenario.StageKind.Role;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A pipeline: the model, the data and the stages, with the one seed that all chance comes from.
 *
 * @param name for people and for run folders: letters, digits, dot, hyphen and underscore
 * @param seed of everything drawn at random
 * @param dataset the data set source
 * @param model where the model comes from
 * @param stages in order, at least one
 * @param listeners asked after each epoch of every training
 */
public record Scenario(
    String name,
    long seed,
    Use dataset,
    ModelSource model,
    List<StageSpec> stages,
    List<Use> listeners) {
  private static final ObjectMapper JSON = new ObjectMapper();

  public Scenario {
    stages = List.copyOf(stages);
    listeners = List.copyOf(listeners);
  }

  /** A scenario without listeners. */
  public Scenario(String name, long seed, Use dataset, ModelSource model, List<StageSpec> stages) {
    this(name, seed, dataset, model, stages, List.of());
  }

  /**
   * Reads a scenario file, JSON or YAML. A relative model path is taken from the file's folder.
   *
   * @throws EspalierException ({@link FailureCode#USAGE}) that names the file, the JSON path, the
   *     value and what is allowed; ({@link FailureCode#IO}) if the file cannot be read
   */
  public static Scenario read(Path file) {
    try {
      Path folder = file.toAbsolutePath().getParent();
      return parse(Files.readString(file), file.toString(), folder == null ? Path.of("/") : folder);
    } catch (IOException e) {
      throw EspalierException.cannot("read the scenario", file, e);
    }
  }

  /**
   * Reads a scenario from text, JSON or YAML.
   *
   * @param sourceName what to call the text in messages
   * @param baseFolder where a relative model path starts
   * @throws EspalierException as {@link #read}
   */
  public static Scenario parse(String text, String sourceName, Path baseFolder) {
    return new ScenarioParser(sourceName, baseFolder).parse(text);
  }

  /** The same scenario on another data set. */
  public Scenario withDataset(Use other) {
    return new Scenario(name, seed, other, model, stages, listeners);
  }

  /** The same scenario on another model. */
  public Scenario withModel(ModelSource other) {
    return new Scenario(name, seed, dataset, other, stages, listeners);
  }

  /** The same scenario with another seed. */
  public Scenario withSeed(long other) {
    return new Scenario(name, other, dataset, model, stages, listeners);
  }

  /** The scenario as JSON that {@link #parse} reads back to an equal one. */
  public String toJson() {
    ObjectNode root = JSON.createObjectNode();
    root.put("espalier", ScenarioParser.VERSION);
    root.put("name", name);
    root.put("seed", seed);
    root.set("dataset", JSON.valueToTree(dataset));
    ObjectNode source = root.putObject("model");
    if (model instanceof ModelSource.Builder builder) {
      source.put("builder", builder.name());
    } else if (model instanceof ModelSource.ModelFile file) {
      source.put("file", file.path().toString());
    } else if (model instanceof ModelSource.EarlierRun earlier) {
      source.put("scenario", earlier.scenario().toString());
    }
    var list = root.putArray("stages");
    for (StageSpec stage : stages) {
      ObjectNode node = list.addObject();
      node.put("name", stage.name());
      node.put("kind", stage.kind().id());
      for (Role role : Role.values()) {
        stage.use(role).ifPresent(use -> node.set(role.key(), JSON.valueToTree(use)));
      }
      stage.given().forEach((key, value) -> node.set(key, JSON.valueToTree(value)));
    }
    if (!listeners.isEmpty()) {
      root.set("listeners", JSON.valueToTree(listeners));
    }
    return root.toPrettyString();
  }
}
