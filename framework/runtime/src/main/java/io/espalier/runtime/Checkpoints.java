package io.espalier.runtime;

import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import io.espalier.api.Checkpoint;
import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.api.Model;
import io.espalier.core.CheckpointProtos;
import io.espalier.core.ModelProtos;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a resumed run goes on from: the model that the run started from, the model after each stage,
 * and the state of the training that is on. Each file appears whole or not at all, and its name
 * says which stage it belongs to; so whatever moment a process ends at, the files tell how far the
 * run had come.
 */
final class Checkpoints {
  private static final Logger LOG = LoggerFactory.getLogger(Checkpoints.class);

  private final Path folder;

  Checkpoints(RunFolder run) {
    this.folder = run.checkpoints();
  }

  /**
   * Where a run goes on.
   *
   * @param stage index of the first stage that is not finished; the number of stages if all are
   * @param model what that stage starts from
   * @param training how far its training had come, if it had
   */
  record Position(int stage, Model model, Optional<Checkpoint> training) {
    /** The same stage from its first step. */
    Position withoutTraining() {
      return new Position(stage, model, Optional.empty());
    }

    /** Optimizer steps done in the stage. */
    int step() {
      return training.map(Checkpoint::step).orElse(0);
    }
  }

  private Path initialModel() {
    return folder.resolve("initial.model");
  }

  private Path stageModel(int stage) {
    return folder.resolve("stage-" + stage + ".model");
  }

  private Path training(int stage) {
    return folder.resolve("stage-" + stage + ".training");
  }

  void saveInitial(Model model) {
    save(initialModel(), ModelProtos.toProto(model));
  }

  /** The model that the run began with, if it can be read. */
  Optional<Model> initial() {
    return model(initialModel());
  }

  /** The model that a stage ended with, if it can be read. */
  Optional<Model> after(int stage) {
    return model(stageModel(stage));
  }

  /** Notes that a stage is finished. */
  void saveStage(int stage, Model model) {
    save(stageModel(stage), ModelProtos.toProto(model));
    try {
      Files.deleteIfExists(training(stage));
    } catch (IOException e) {
      LOG.debug("{} stays, which is no harm: its stage is finished", training(stage), e);
    }
  }

  /** Notes how far a training has come. */
  void saveTraining(int stage, Checkpoint checkpoint) {
    save(training(stage), CheckpointProtos.toProto(checkpoint));
  }

  private static void save(Path file, MessageLite message) {
    AtomicFile.write(file, message::writeTo);
  }

  /** Stages, -1 for the start of the run, whose models are here, in order. */
  List<Integer> stagesWithModel(int stages) {
    return IntStream.range(-1, stages)
        .filter(stage -> Files.exists(stage < 0 ? initialModel() : stageModel(stage)))
        .boxed()
        .toList();
  }

  /** The model that a stage gave, -1 for the one that the run started from. */
  Optional<Model> model(int stage) {
    return model(stage < 0 ? initialModel() : stageModel(stage));
  }

  /**
   * The last position that can be read.
   *
   * @param stages how many stages may be finished at most
   * @throws EspalierException ({@link FailureCode#IO}) if not even the start can be read
   */
  Position last(int stages) {
    for (int finished = stages - 1; finished >= 0; finished--) {
      Optional<Model> model = model(stageModel(finished));
      if (model.isPresent()) {
        return position(finished + 1, model.get());
      }
    }
    Model start =
        model(initialModel())
            .orElseThrow(
                () ->
                    new EspalierException(
                        FailureCode.IO,
                        "%s is missing or broken: the run cannot be resumed"
                            .formatted(initialModel())));
    return position(0, start);
  }

  private Position position(int stage, Model model) {
    Optional<Checkpoint> training =
        read(training(stage), io.espalier.proto.Checkpoint.parser())
            .flatMap(proto -> checkpoint(proto, training(stage), model));
    return new Position(stage, model, training);
  }

  private static Optional<Checkpoint> checkpoint(
      io.espalier.proto.Checkpoint proto, Path file, Model start) {
    try {
      return Optional.of(CheckpointProtos.fromProto(proto, start));
    } catch (EspalierException e) {
      return broken(file, e);
    }
  }

  private static Optional<Model> model(Path file) {
    return read(file, io.espalier.proto.Model.parser())
        .flatMap(
            proto -> {
              try {
                return Optional.of(ModelProtos.fromProto(proto));
              } catch (EspalierException e) {
                return broken(file, e);
              }
            });
  }

  private static <M> Optional<M> read(Path file, Parser<M> parser) {
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16)) {
      return Optional.of(parser.parseFrom(in));
    } catch (IOException e) {
      return broken(file, e);
    }
  }

  private static <T> Optional<T> broken(Path file, Exception e) {
    LOG.warn("{} is broken; the run goes on from an earlier checkpoint: {}", file, e.toString());
    return Optional.empty();
  }
}
