package io.espalier.runtime.measure;

import io.espalier.api.Dataset;
import io.espalier.api.Edit;
import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.api.Layer;
import io.espalier.api.Mask;
import io.espalier.api.Model;
import io.espalier.api.Plan;
import io.espalier.core.ExactSelector;
import io.espalier.core.Layers;
import io.espalier.core.OnnxFormat;
import io.espalier.core.Plans;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * How accuracy falls as each layer alone is pruned by magnitude, without training; and from that,
 * how far to prune each.
 *
 * @param baseline accuracy of the model as it is
 * @param ratios the shares that were tried
 * @param layers a curve for each prunable layer, in graph order
 */
public record Sensitivity(double baseline, List<Double> ratios, List<Curve> layers) {
  private static final int HALVINGS = 60;

  public Sensitivity {
    ratios = List.copyOf(ratios);
    layers = List.copyOf(layers);
  }

  /**
   * One layer.
   *
   * @param layer its name
   * @param weights how many it has
   * @param accuracies at each of the ratios
   */
  public record Curve(String layer, int weights, List<Double> accuracies) {
    public Curve {
      accuracies = List.copyOf(accuracies);
    }
  }

  /**
   * How far a layer is to be pruned.
   *
   * @param layer its name
   * @param sparsity its share
   */
  public record Share(String layer, double sparsity) {}

  /**
   * Measures with ONNX Runtime: each layer at each ratio.
   *
   * @param split what to measure on; better not the one that the result is reported on
   * @param ratios shares, each 0 to below 1, rising
   * @param progress told a line for each layer
   * @throws EspalierException ({@link FailureCode#USAGE}) for ratios that do not rise from 0 to
   *     below 1; otherwise as {@link Evaluator#evaluate}
   */
  public static Sensitivity measure(
      Model model,
      Dataset.Split split,
      int classes,
      List<Double> ratios,
      Consumer<String> progress) {
    double before = 0;
    for (double ratio : ratios) {
      if (!(ratio > before && ratio < 1)) {
        throw new EspalierException(
            FailureCode.USAGE,
            "ratios %s are not allowed (allowed: rising, above 0 and below 1)".formatted(ratios));
      }
      before = ratio;
    }
    double baseline = accuracy(model, split, classes);
    List<Curve> curves = new ArrayList<>();
    for (Layer layer : Layers.prunable(model)) {
      List<Double> accuracies = new ArrayList<>();
      for (double ratio : ratios) {
        accuracies.add(accuracy(pruned(model, layer, ratio), split, classes));
      }
      curves.add(new Curve(layer.name(), (int) layer.shape().size(), accuracies));
      progress.accept(
          String.format(
              Locale.ROOT,
              "%s: %.4f at %s",
              layer.name(),
              accuracies.get(accuracies.size() - 1),
              ratios.get(ratios.size() - 1)));
    }
    return new Sensitivity(baseline, ratios, curves);
  }

  private static double accuracy(Model model, Dataset.Split split, int classes) {
    return Evaluator.evaluate(new OnnxFormat().bytes(model), split, classes).accuracy();
  }

  private static Model pruned(Model model, Layer layer, double ratio) {
    float[] scores = model.tensor(layer.weight()).toFloatArray();
    for (int i = 0; i < scores.length; i++) {
      scores[i] = Math.abs(scores[i]);
    }
    Mask mask = new ExactSelector().keepHighest(layer, scores, ratio);
    return Plans.apply(model, new Plan("sensitivity", List.of(new Edit.MaskWeights(mask))));
  }

  /**
   * Refuses, before anything is measured, a target that no measurement could be solved for.
   *
   * @throws EspalierException ({@link FailureCode#USAGE}) unless it is above 0 and below 1
   */
  public static void requireTarget(double target) {
    if (!(target > 0 && target < 1)) {
      throw new EspalierException(
          FailureCode.USAGE,
          "target %s is not allowed (allowed: above 0 and below 1)".formatted(target));
    }
  }

  /**
   * Shares that bring all layers together to a target: each layer goes as far as its accuracy, read
   * off its curve, stays above one level that holds for all, and the level is as high as the target
   * allows (greedy selection of ratios as in Qualcomm's AIMET).
   *
   * @param target share of all weights, above 0 and below 1
   * @throws EspalierException ({@link FailureCode#USAGE}) if the ratios that were tried do not
   *     reach that far; it says how far they do
   */
  public List<Share> allocate(double target) {
    requireTarget(target);
    double most = total(Double.NEGATIVE_INFINITY);
    if (target > most) {
      throw new EspalierException(
          FailureCode.USAGE,
          "target %s is beyond the largest ratio that was tried, %s; try larger ratios"
              .formatted(target, most));
    }
    double low = -1;
    double high = Math.nextUp(1.0);
    for (int i = 0; i < HALVINGS; i++) {
      double level = (low + high) / 2;
      if (total(level) >= target) {
        low = level;
      } else {
        high = level;
      }
    }
    double level = low;
    double scale = target / total(level);
    return layers.stream()
        .map(curve -> new Share(curve.layer, Math.min(0.999, share(curve, level) * scale)))
        .toList();
  }

  private double total(double level) {
    double cut = 0;
    double all = 0;
    for (Curve curve : layers) {
      cut += share(curve, level) * curve.weights;
      all += curve.weights;
    }
    return cut / all;
  }

  /** The largest share at which a layer's accuracy is not below a level, between ratios linear. */
  private double share(Curve curve, double level) {
    double best = 0;
    double ratio = 0;
    double accuracy = baseline;
    for (int i = 0; i < ratios.size(); i++) {
      double next = curve.accuracies.get(i);
      if (next >= level) {
        best = ratios.get(i);
      } else if (accuracy >= level) {
        best = ratio + (ratios.get(i) - ratio) * (accuracy - level) / (accuracy - next);
      }
      ratio = ratios.get(i);
      accuracy = next;
    }
    return best;
  }
}
