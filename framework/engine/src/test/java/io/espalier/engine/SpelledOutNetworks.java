package io.espalier.engine;

import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

/** The same small classifiers where exporters spell out what they mean, in shapes and constants. */
final class SpelledOutNetworks {
  private static final int CLASSES = OrdinaryNetworks.CLASSES;
  static final Map<String, Supplier<byte[]>> ALL = new TreeMap<>();

  static {
    ALL.put("flatten computed from shapes, opset 7", SpelledOutNetworks::computedFlatten);
    ALL.put("flatten computed from shapes, opset 13", SpelledOutNetworks::laterFlatten);
    ALL.put("spelled-out swish and squeeze-and-excite", SpelledOutNetworks::squeezeAndExcite);
    ALL.put("hard swish of clips", SpelledOutNetworks::hardSwishOfClips);
    ALL.put("spelled-out normalisations", SpelledOutNetworks::spelledOutNorms);
    ALL.put("shuffled channels", SpelledOutNetworks::shuffledChannels);
    ALL.put("axes as inputs, opset 18", SpelledOutNetworks::axesAsInputs);
    ALL.put("pads computed from constants", SpelledOutNetworks::computedPads);
    ALL.put("extents gathered and divided", SpelledOutNetworks::dividedExtents);
    ALL.put("group normalisation by instances", SpelledOutNetworks::groupsByInstances);
    ALL.put("resized to another value's sides", SpelledOutNetworks::resizedToShape);
    ALL.put("weights of unit length", SpelledOutNetworks::normedWeights);
  }

  private SpelledOutNetworks() {}

  private static OnnxText images(long opset) {
    return OrdinaryNetworks.images(opset);
  }

  private static byte[] computedFlatten() {
    return images(7)
        .constant("w", 6, 2, 3, 3)
        .weight("b", 6)
        .weight("scale", 6)
        .weight("shift", 6)
        .weight("mean", 6)
        .positive("variance", 6)
        .weight("v", 216, CLASSES)
        .weight("c", CLASSES)
        .index("zero", 0)
        .longs("rest", -1)
        .nodes(
            """
            Conv x,w,b -> a pads=1,1,1,1
            BatchNormalization a,scale,shift,mean,variance -> n epsilon=0.001
            Relu n -> r
            MaxPool r -> p kernel_shape=2,2 strides=2,2
            Dropout p -> d,mask ratio=0.3
            Shape d -> s
            Gather s,zero -> count axis=0
            Unsqueeze count -> counts axes=0,
            Concat counts,rest -> target axis=0
            Reshape d,target -> f
            Gemm f,v,c -> y
            """)
        .file("y");
  }

  private static byte[] laterFlatten() {
    return images(13)
        .weight("w", 6, 2, 3, 3)
        .weight("v", CLASSES, 600)
        .weight("c", CLASSES)
        .longs("start", 0)
        .longs("end", 1)
        .longs("one", 1)
        .longs("axes", 0)
        .nodes(
            """
            Constant - -> rest value_ints=-1,
            Identity w -> kernel
            Conv x,kernel -> a
            Clip a -> all
            Relu all -> r
            Shape r -> s
            Slice s,start,end,axes,one -> counts
            Concat counts,rest -> target axis=0
            Reshape r,target -> f
            Transpose v -> vt perm=1,0
            MatMul f,vt -> m
            Add c,m -> y
            """)
        .file("y");
  }

  private static byte[] squeezeAndExcite() {
    return images(11)
        .weight("w", 8, 2, 3, 3)
        .weight("w1", 4, 8, 1, 1)
        .weight("b1", 4)
        .weight("w2", 8, 4, 1, 1)
        .weight("b2", 8)
        .weight("depth", 8, 1, 3, 3)
        .weight("v", CLASSES, 8)
        .weight("c", CLASSES)
        .nodes(
            """
            Conv x,w, -> a pads=1,1,1,1 strides=2,2
            HardSigmoid a -> h alpha=0.16666667 beta=0.5
            Mul a,h -> s
            GlobalAveragePool s -> g
            Conv g,w1,b1 -> g1
            Relu g1 -> g2
            Conv g2,w2,b2 -> g3
            Sigmoid g3 -> gate
            Mul gate,s -> e
            Conv e,depth -> d group=8 pads=1,1,1,1
            Sigmoid d -> ds
            Mul d,ds -> silu
            ReduceMean silu -> m axes=-1,-2 keepdims=0
            Gemm m,v,c -> y transB=1 alpha=1.0 beta=1.0
            """)
        .file("y");
  }

  private static byte[] hardSwishOfClips() {
    return images(13)
        .weight("w", 6, 2, 3, 3)
        .weight("v", 6, CLASSES)
        .floats("three", 3)
        .floats("none", 0)
        .floats("six", 6)
        .longs("pads", 0, 0, 1, 1, 0, 0, 2, 0)
        .longs("spatial", 2, 3)
        .nodes(
            """
            Pad x,pads, -> p
            Conv p,w -> a
            Add a,three -> a3
            Clip a3,none,six -> a6
            Mul a,a6 -> am
            Div am,six -> h
            Clip h,,six -> top
            ReduceMean top -> m axes=2,3 keepdims=1
            Squeeze m,spatial -> q
            MatMul q,v -> y
            """)
        .file("y");
  }

  private static byte[] spelledOutNorms() {
    return images(12)
        .weight("w", 6, 2, 3, 3)
        .weight("mean", 1, 6, 1, 1)
        .floats("epsilon", 0.001)
        .weight("deviation", 6, 1, 1)
        .weight("scale", 6, 1, 1)
        .weight("shift", 6, 1, 1)
        .floats("two", 2)
        .weight("gain", 100)
        .weight("v", 100, CLASSES)
        .longs("rows", 0, 6, -1)
        .floats("root", 1.4142135)
        .floats("half", 0.5)
        .floats("one", 1)
        .nodes(
            """
            Conv x,w -> a
            Sub a,mean -> a1
            Mul deviation,deviation -> variance
            Add variance,epsilon -> v1
            Sqrt v1 -> v2
            Div a1,v2 -> a2
            Mul scale,a2 -> a3
            Add shift,a3 -> n
            Reshape n,rows -> t
            ReduceMean t -> m axes=-1,
            Sub t,m -> d
            Pow d,two -> d2
            ReduceMean d2 -> var axes=-1,
            Add var,epsilon -> ve
            Sqrt ve -> sd
            Div d,sd -> u
            Mul u,gain -> ln
            Div ln,root -> l1
            Erf l1 -> l2
            Add l2,one -> l3
            Mul ln,l3 -> l4
            Mul l4,half -> gelu
            ReduceSum gelu -> pooled axes=1, keepdims=0
            MatMul pooled,v -> y
            """)
        .file("y");
  }

  /** The number of samples comes from a Shape, as in exports with open batches. */
  private static byte[] shuffledChannels() {
    return images(13)
        .weight("w", 8, 2, 3, 3)
        .weight("g", 8, 4, 1, 1)
        .weight("v", CLASSES, 8)
        .index("zero", 0)
        .longs("front", 0)
        .longs("groups", 2, 4, 12, 12)
        .longs("whole", 8, 12, 12)
        .nodes(
            """
            Conv x,w -> a pads=1,1,1,1
            Relu a -> r
            Shape r -> s
            Gather s,zero -> n
            Unsqueeze n,front -> count
            Concat count,groups -> apart axis=0
            Concat count,whole -> together axis=0
            Reshape r,apart -> five
            Transpose five -> turned perm=0,2,1,3,4
            Reshape turned,together -> mixed
            Conv mixed,g -> b group=2
            Relu b -> rb
            GlobalAveragePool rb -> p
            Flatten p -> f
            Gemm f,v -> y transB=1
            """)
        .file("y");
  }

  private static byte[] axesAsInputs() {
    return images(18)
        .weight("w", 8, 2, 3, 3)
        .weight("v", CLASSES, 4)
        .longs("ends", -1, 2)
        .longs("pads", 1, 1, 1, 1)
        .longs("sides", 2, -1)
        .floats("least", -1)
        .nodes(
            """
            Pad x,pads,,sides -> p mode=reflect
            Conv p,w -> a
            Split a -> left,right axis=1 num_outputs=2
            Softplus left -> lp
            Tanh lp -> lt
            Mul left,lt -> mish
            Max right,least -> r
            Add mish,r -> s
            ReduceMax s,ends -> m keepdims=0
            Identity m -> i1
            Identity i1 -> i2
            Gemm i2,v -> y transB=1
            """)
        .file("y");
  }

  /** As PyTorch writes a padding: pairs from the last axis on, turned around. */
  private static byte[] computedPads() {
    return images(13)
        .longs("given", 1, 2, 0, 1)
        .longs("missing", 4)
        .longs("pairs", -1, 2)
        .longs("last", -1)
        .longs("past", Long.MIN_VALUE + 1)
        .longs("first", 0)
        .longs("flat", -1)
        .floats("fill", 0.5)
        .weight("w", 6, 2, 3, 3)
        .weight("v", 6, CLASSES)
        .nodes(
            """
            ConstantOfShape missing -> zeros
            Cast zeros -> none to=7
            Concat given,none -> all axis=0
            Reshape all,pairs -> table
            Slice table,last,past,first,last -> turned
            Transpose turned -> t perm=1,0
            Reshape t,flat -> pads
            Cast pads -> whole to=7
            Pad x,whole,fill -> p mode=constant
            Conv p,w -> a
            Relu a -> r
            GlobalAveragePool r -> g
            Flatten g -> f
            MatMul f,v -> y
            """)
        .file("y");
  }

  private static byte[] dividedExtents() {
    return images(11)
        .weight("w", 8, 2, 3, 3)
        .weight("v", CLASSES, 8)
        .index("i0", 0)
        .index("i1", 1)
        .index("i2", 2)
        .index("i3", 3)
        .index("groups", 4)
        .nodes(
            """
            Conv x,w -> a
            Shape a -> s
            Gather s,i0 -> n
            Shape a -> s1
            Gather s1,i1 -> c
            Shape a -> s2
            Gather s2,i2 -> h
            Shape a -> s3
            Gather s3,i3 -> w4
            Div c,groups -> each
            Unsqueeze n -> n1 axes=0,
            Unsqueeze groups -> g1 axes=0,
            Unsqueeze each -> e1 axes=0,
            Unsqueeze h -> h1 axes=0,
            Unsqueeze w4 -> w1 axes=0,
            Unsqueeze c -> c1 axes=0,
            Concat n1,g1,e1,h1,w1 -> apart axis=0
            Reshape a,apart -> five
            ReduceMax five -> most axes=2, keepdims=1
            Sub five,most -> low
            Exp low -> exp
            Concat n1,c1,h1,w1 -> together axis=0
            Reshape exp,together -> four
            Mul h,w4 -> area
            Cast area -> pixels to=1
            ReduceSum four -> sum axes=2,3 keepdims=0
            Div sum,pixels -> mean
            Gemm mean,v -> y transB=1
            """)
        .file("y");
  }

  private static byte[] groupsByInstances() {
    return images(12)
        .weight("w", 6, 2, 3, 3)
        .longs("groups", 0, 2, -1)
        .floats("ones", 1, 1)
        .floats("zeros", 0, 0)
        .weight("scale", 6, 1, 1)
        .weight("shift", 6, 1, 1)
        .weight("v", CLASSES, 6)
        .floats("low", 0)
        .floats("high", 1.5)
        .nodes(
            """
            Conv x,w -> a
            Reshape a,groups -> g
            InstanceNormalization g,ones,zeros -> n epsilon=0.001
            Shape a -> s
            Reshape n,s -> b
            Mul b,scale -> c
            Add c,shift -> d
            Max d,low -> e
            Min e,high -> f
            ReduceMean f -> m axes=-1,-2 keepdims=0
            Gemm m,v -> y transB=1
            """)
        .file("y");
  }

  private static byte[] resizedToShape() {
    return images(13)
        .weight("w", 4, 2, 3, 3)
        .weight("g", 4, 4, 3, 3)
        .weight("v", CLASSES, 8)
        .longs("zero", 0)
        .longs("two", 2)
        .longs("four", 4)
        .nodes(
            """
            Conv x,w -> a pads=1,1,1,1
            Conv a,g -> b strides=3,3
            Shape a -> s
            Slice s,two,four,zero -> sides
            Shape b -> sb
            Slice sb,zero,two,zero -> front
            Concat front,sides -> target axis=0
            Resize b,,,target -> up mode=linear coordinate_transformation_mode=pytorch_half_pixel
            Concat a,up -> c axis=1
            Tanh c -> t
            GlobalAveragePool t -> p
            Flatten p -> f
            Gemm f,v -> y transB=1
            """)
        .file("y");
  }

  private static byte[] normedWeights() {
    return images(13)
        .weight("direction", 6, 2, 3, 3)
        .weight("length", 6, 1, 1, 1)
        .weight("v", CLASSES, 6)
        .nodes(
            """
            ReduceL2 direction -> size axes=1,2,3
            Div direction,size -> unit
            Mul length,unit -> w
            Conv x,w -> a
            Relu a -> r
            ReduceMean v -> mean axes=1,
            Sub v,mean -> centred
            GlobalAveragePool r -> p
            Flatten p -> f
            Gemm f,centred -> y transB=1
            """)
        .file("y");
  }
}
