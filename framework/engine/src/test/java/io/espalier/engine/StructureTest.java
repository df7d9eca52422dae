package io.espalier.engine;

import static org.junit.jupiter.params.provider.Arguments.arguments;

import ai.onnxruntime.OrtException;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Operators that work along axes or move elements, in the forms of the operator sets: results equal
 * those of ONNX Runtime, gradients central differences.
 */
class StructureTest {
  private static final int CLASSES = 3;
  private static final int TRIES = 5;

  static Stream<Arguments> operators() {
    return Stream.of(
        form(7, "Softmax", n -> n.softmax("Softmax")),
        form(11, "LogSoftmax", n -> n.softmax("LogSoftmax")),
        form(13, "Softmax", n -> n.softmax("Softmax")),
        form(13, "LogSoftmax", n -> n.softmax("LogSoftmax")),
        form(11, "ReduceSum", n -> n.reduce("ReduceSum")),
        form(13, "ReduceSum", n -> n.reduce("ReduceSum")),
        form(13, "ReduceMean", n -> n.reduce("ReduceMean")),
        form(18, "ReduceMean", n -> n.reduce("ReduceMean")),
        form(17, "ReduceMax", n -> n.reduce("ReduceMax")),
        form(20, "ReduceMax", n -> n.reduce("ReduceMax")),
        form(18, "ReduceMin", n -> n.reduce("ReduceMin")),
        form(13, "ReduceL1", n -> n.reduce("ReduceL1")),
        form(18, "ReduceL2", n -> n.reduce("ReduceL2")),
        form(13, "ReduceLogSum", n -> n.reduce("ReduceLogSum")),
        form(18, "ReduceLogSumExp", n -> n.reduce("ReduceLogSumExp")),
        form(13, "ReduceSumSquare", n -> n.reduce("ReduceSumSquare")),
        form(13, "DepthToSpace", n -> n.shuffledPixels("DCR")),
        form(13, "DepthToSpace", n -> n.shuffledPixels("CRD")),
        form(7, "GlobalMaxPool", StructureNets::globalMaxPool),
        form(13, "Transpose", StructureNets::transpose),
        form(11, "Split", StructureNets::splitAndConcat),
        form(13, "Split", StructureNets::splitAndConcat),
        form(9, "Slice", StructureNets::slice),
        form(13, "Slice", StructureNets::slice),
        form(10, "Pad", n -> n.pad("constant")),
        form(13, "Pad", n -> n.pad("constant")),
        form(13, "Pad", n -> n.pad("edge")),
        form(13, "Pad", n -> n.pad("reflect")),
        form(18, "Pad", n -> n.pad("constant")),
        form(11, "Squeeze", StructureNets::squeezeAndUnsqueeze),
        form(13, "Squeeze", StructureNets::squeezeAndUnsqueeze),
        form(17, "LayerNormalization", StructureNets::layerNormalization),
        form(17, "LayerNormalization, all outputs", StructureNets::layerStatistics),
        form(7, "InstanceNormalization", StructureNets::instanceNormalization),
        form(18, "GroupNormalization", StructureNets::groupNormalization),
        form(21, "GroupNormalization", StructureNets::groupNormalization),
        form(7, "Gather", StructureNets::gather),
        form(13, "Gather", StructureNets::gather),
        form(13, "Expand", StructureNets::expand),
        form(16, "Where", StructureNets::where),
        form(7, "BatchNormalization of elements", StructureNets::normalisedElements),
        form(12, "Where by Greater", n -> n.chosen("Greater")),
        form(12, "Where by LessOrEqual", n -> n.chosen("LessOrEqual")),
        form(16, "Where by Less", n -> n.chosen("Less")),
        form(16, "Where by GreaterOrEqual", n -> n.chosen("GreaterOrEqual")),
        form(13, "LRN", StructureNets::responseNormalization),
        form(8, "Sum", n -> n.several("Sum")),
        form(13, "Mean", n -> n.several("Mean")),
        form(13, "Max", n -> n.several("Max")),
        form(13, "Min", n -> n.several("Min")),
        form(13, "Pow", StructureNets::powers),
        form(13, "Resize nearest", n -> n.resize("nearest", "asymmetric")),
        form(13, "Resize linear", n -> n.resize("linear", "half_pixel")),
        form(18, "Resize linear", n -> n.resize("linear", "align_corners")),
        form(13, "Resize cubic", n -> n.resize("cubic", "half_pixel")),
        form(7, "Upsample", n -> n.upsample("nearest")),
        form(9, "Upsample", n -> n.upsample("linear")),
        form(7, "Dropout with mask", StructureNets::passedMask),
        form(13, "Dropout with mask", StructureNets::passedMask),
        form(13, "Gemm with a computed bias", StructureNets::productWithComputedBias),
        form(13, "MatMul", StructureNets::products));
  }

  private static Arguments form(long opset, String name, Function<StructureNets, Net> build) {
    return arguments(name, opset, build);
  }

  @ParameterizedTest(name = "{0}, operator set {1}")
  @MethodSource("operators")
  void gradientsEqualCentralDifferences(
      String name, long opset, Function<StructureNets, Net> build) {
    for (int seed = 0; seed < TRIES; seed++) {
      Net net = build.apply(new StructureNets(seed, opset));
      Gradients.check(net.classifier(CLASSES), net.data(5, CLASSES), PlainKernels::new);
    }
  }

  @ParameterizedTest(name = "{0}, operator set {1}")
  @MethodSource("operators")
  void resultsEqualThoseOfOnnxRuntime(String name, long opset, Function<StructureNets, Net> build)
      throws OrtException {
    for (int seed = 0; seed < TRIES; seed++) {
      Net net = build.apply(new StructureNets(seed, opset));
      ForwardTest.assertSame(net.classifier(CLASSES), net.data(ForwardTest.SAMPLES, CLASSES));
    }
  }
}
