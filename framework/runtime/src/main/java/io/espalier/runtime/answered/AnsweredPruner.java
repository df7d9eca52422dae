package io.espalier.runtime.answered;

import io.espalier.api.Description;
import io.espalier.api.Edit;
import io.espalier.api.EspalierException;
import io.espalier.api.Layer;
import io.espalier.api.Mask;
import io.espalier.api.Plan;
import io.espalier.api.PruneRequest;
import io.espalier.api.Pruner;
import io.espalier.api.Tensor;
import io.espalier.core.TensorChunks;
import io.espalier.proto.ExtensionAnswer;
import io.espalier.proto.ExtensionCall;
import io.espalier.proto.ScoreLayer;
import io.espalier.proto.TensorChunk;
import io.espalier.runtime.plugin.ExtensionKind;
import io.vertx.core.eventbus.EventBus;
import java.util.ArrayList;
import java.util.List;

/** A pruner whose scores somebody else gives, layer by layer; selection is the framework's. */
final class AnsweredPruner implements Pruner {
  private final EventBus bus;
  private final String id;

  AnsweredPruner(EventBus bus, String id) {
    this.bus = bus;
    this.id = id;
  }

  @Override
  public Description description() {
    return Answers.description(ExtensionKind.PRUNER.id(), id);
  }

  @Override
  public Plan plan(PruneRequest request) {
    Answers answers = new Answers(bus, ExtensionKind.PRUNER.id(), id, request.parameters());
    List<Mask> masks =
        request
            .selector()
            .select(request.targets(), layer -> new Scoring(answers, request, layer).scores());
    List<Edit> edits = new ArrayList<>();
    masks.forEach(mask -> edits.add(new Edit.MaskWeights(mask)));
    return new Plan(id, edits);
  }

  /** The scores of one layer. */
  private record Scoring(Answers answers, PruneRequest request, Layer layer) {
    float[] scores() {
      Tensor weights = request.model().tensor(layer.weight());
      return answers.hold(
          talk ->
              weights.size() <= Weights.MOST_LISTED ? listed(talk, weights) : cut(talk, weights));
    }

    private ScoreLayer.Builder question(Tensor weights) {
      double sparsity =
          request.targets().stream()
              .filter(target -> target.layer().equals(layer))
              .findFirst()
              .orElseThrow()
              .sparsity();
      return ScoreLayer.newBuilder()
          .setLayer(layer.name())
          .addAllDims(weights.shape().dims().stream().map(Long::intValue).toList())
          .setSparsity(sparsity)
          .setSeed(Long.toString(request.seed()));
    }

    private float[] listed(Answers.Talk talk, Tensor weights) throws Answers.Unanswered {
      ScoreLayer.Builder question = question(weights);
      for (float weight : weights.toFloatArray()) {
        question.addWeights(weight);
      }
      ExtensionAnswer answer = talk.ask(ExtensionCall.newBuilder().setScoreLayer(question));
      requireCount(answer, answer.getScoresCount(), weights.size());
      float[] scores = new float[weights.size()];
      for (int i = 0; i < scores.length; i++) {
        scores[i] = answer.getScores(i);
      }
      return numbers(answer, scores);
    }

    private float[] cut(Answers.Talk talk, Tensor weights) throws Answers.Unanswered {
      ExtensionAnswer answer = ExtensionAnswer.getDefaultInstance();
      for (TensorChunk chunk : TensorChunks.split(weights, Weights.CHUNK_BYTES)) {
        answer =
            talk.ask(ExtensionCall.newBuilder().setScoreLayer(question(weights).setChunk(chunk)));
      }
      TensorChunks.Assembler scores = new TensorChunks.Assembler(weights.bytes().remaining());
      int bytes = 0;
      while (true) {
        try {
          scores.add(answer.getScoresChunk());
        } catch (EspalierException e) {
          throw answers.wrong(
              answer, "scores '%s' wrongly: %s".formatted(layer.name(), e.getMessage()));
        }
        bytes += answer.getScoresChunk().getData().size();
        if (scores.isComplete()) {
          Tensor all = scores.finish();
          requireCount(answer, all.size(), weights.size());
          return numbers(answer, all.toFloatArray());
        }
        answer = talk.ask(ExtensionCall.newBuilder().setMoreScores(bytes));
      }
    }

    private void requireCount(ExtensionAnswer answer, int scores, int weights) {
      if (scores != weights) {
        throw answers.wrong(
            answer,
            "gives %d scores for the %d weights of layer '%s'; it must give one for each"
                .formatted(scores, weights, layer.name()));
      }
    }

    private float[] numbers(ExtensionAnswer answer, float[] scores) {
      for (int i = 0; i < scores.length; i++) {
        if (Float.isNaN(scores[i])) {
          throw answers.wrong(
              answer,
              "gives no number as score %d of layer '%s'; every score must be one"
                  .formatted(i, layer.name()));
        }
      }
      return scores;
    }
  }
}
