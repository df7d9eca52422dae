package io.espalier.engine;

import io.espalier.api.DataType;
import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.api.Model;
import io.espalier.api.Node;
import io.espalier.api.Tensor;
import io.espalier.api.ValueInfo;
import io.espalier.core.Numbers;
import io.espalier.core.OnnxFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** One case of ONNX's conformance data: a model, and inputs with the outputs that follow. */
final class ConformanceCase {
  private static final double RELATIVE = 1e-4;
  private static final double ABSOLUTE = 1e-5;

  /** How much wider tolerances are where the data takes 3.1415 for pi. */
  private static final double ROUND_PI = 10;

  private static final OnnxFormat ONNX = new OnnxFormat();

  private ConformanceCase() {}

  /**
   * What came of a case.
   *
   * @param reason why it is not supported, or how it fails; empty where it passes
   */
  record Outcome(Result result, String reason) {
    enum Result {
      PASSED,
      UNSUPPORTED,
      FAILED;

      String word() {
        return name().toLowerCase(Locale.ROOT);
      }
    }
  }

  static Outcome run(Path folder) throws IOException {
    try {
      Model model = EarlyModels.read(folder.resolve("model.onnx"));
      for (int set = 0; Files.isDirectory(folder.resolve("test_data_set_" + set)); set++) {
        double coarse = folder.getFileName().toString().contains("window") ? ROUND_PI : 1;
        String wrong = check(model, folder.resolve("test_data_set_" + set), coarse);
        if (!wrong.isEmpty()) {
          return new Outcome(Outcome.Result.FAILED, wrong);
        }
      }
      return new Outcome(Outcome.Result.PASSED, "");
    } catch (EspalierException e) {
      return new Outcome(Outcome.Result.UNSUPPORTED, reason(e, folder));
    } catch (RuntimeException e) {
      return new Outcome(Outcome.Result.FAILED, e.toString());
    }
  }

  /** The message, without what this one case is called and long lists. */
  private static String reason(EspalierException e, Path folder) {
    return e.getMessage()
        .replace(folder + "/", "")
        .replaceFirst("^model\\.onnx: ", "")
        .replaceFirst(" \\((it computes|can train): [^)]*\\)", "");
  }

  /** What is wrong; empty if nothing is. */
  private static String check(Model model, Path set, double coarse) {
    Map<String, Tensor> inputs = new LinkedHashMap<>();
    int index = 0;
    for (ValueInfo input : model.graph().inputs()) {
      Tensor tensor = ONNX.readTensor(set.resolve("input_" + index++ + ".pb"));
      inputs.put(input.name(), typed(tensor, input.type()));
    }
    requireNoChance(model, inputs);
    List<Tensor> outputs = GraphEvaluator.evaluate(model, inputs);
    for (int i = 0; i < outputs.size(); i++) {
      Tensor expected = ONNX.readTensor(set.resolve("output_" + i + ".pb"));
      String wrong = difference(outputs.get(i), typed(expected, outputs.get(i).type()), coarse);
      if (!wrong.isEmpty()) {
        return "output %d: %s".formatted(i, wrong);
      }
    }
    return "";
  }

  /** How much wider tolerances are: to the last place of 16 bits, which the data rounds down. */
  private static double coarseness(DataType type) {
    return switch (type) {
      case FLOAT16 -> 10;
      case BFLOAT16 -> 80;
      default -> 1;
    };
  }

  /** The data has bfloat16 under the name of whole numbers of 16 bits. */
  private static Tensor typed(Tensor tensor, DataType type) {
    boolean brain = type == DataType.BFLOAT16 && tensor.type() == DataType.UINT16;
    return brain ? Tensor.of(tensor.name(), type, tensor.shape(), tensor.bytes()) : tensor;
  }

  /** Refuses models that drop at random: no two implementations draw the same numbers. */
  private static void requireNoChance(Model model, Map<String, Tensor> inputs) {
    for (Node node : model.graph().nodes()) {
      List<String> names = node.inputs();
      boolean drops =
          node.type().equals("Dropout")
              && names.size() > 2
              && inputs.containsKey(names.get(2))
              && Numbers.of(inputs.get(names.get(2))).wholes()[0] != 0;
      if (drops && someShare(Optional.ofNullable(inputs.get(names.get(1))))) {
        throw new EspalierException(
            FailureCode.MODEL, "drops at random, which no other implementation repeats");
      }
    }
  }

  private static boolean someShare(Optional<Tensor> ratio) {
    return ratio.map(share -> Numbers.of(share).reals()[0] > 0).orElse(true);
  }

  private static String difference(Tensor actual, Tensor expected, double coarser) {
    if (actual.type() != expected.type() || !actual.shape().equals(expected.shape())) {
      return "is %s %s, not %s %s"
          .formatted(actual.type(), actual.shape(), expected.type(), expected.shape());
    }
    double[] a = Numbers.of(actual).reals();
    double[] b = Numbers.of(expected).reals();
    double coarse = coarser * coarseness(expected.type());
    for (int i = 0; i < a.length; i++) {
      boolean same =
          Double.compare(a[i], b[i]) == 0
              || Math.abs(a[i] - b[i]) <= coarse * (ABSOLUTE + RELATIVE * Math.abs(b[i]));
      if (!same) {
        return "element %d is %s, not %s".formatted(i, a[i], b[i]);
      }
    }
    return "";
  }
}
