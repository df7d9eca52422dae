package io.espalier.engine;

import io.espalier.api.DataType;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

/** Files of small classifiers of images, 2 x 12 x 12, as exporters of all kinds and ages write. */
final class OrdinaryNetworks {
  static final int CHANNELS = 2;
  static final int SIDE = 12;
  static final int CLASSES = 4;
  static final Map<String, Supplier<byte[]>> ALL = new TreeMap<>();

  static {
    ALL.put("transposed images and automatic pads", OrdinaryNetworks::transposedImages);
    ALL.put("bytes, scaled and standardised", OrdinaryNetworks::standardised);
    ALL.put("attention to channels and places", OrdinaryNetworks::attention);
    ALL.put("one weight in two places, listed among the inputs", OrdinaryNetworks::sharedWeight);
    ALL.put("encoder and decoder", OrdinaryNetworks::encoderAndDecoder);
    ALL.put("signals", OrdinaryNetworks::signals);
    ALL.put("masks by comparison", OrdinaryNetworks::masks);
    ALL.put("several heads", OrdinaryNetworks::heads);
    ALL.put("one sample in the file", OrdinaryNetworks::oneSample);
    ALL.put("local response and mixed pools", OrdinaryNetworks::mixedPools);
    ALL.put("doubles on the way", OrdinaryNetworks::doubles);
    ALL.put("features of unit length", OrdinaryNetworks::unitLength);
  }

  private OrdinaryNetworks() {}

  /** A file that takes images. */
  static OnnxText images(long opset) {
    return new OnnxText(opset).input("x", DataType.FLOAT, "N", CHANNELS, SIDE, SIDE);
  }

  /** As converters from TensorFlow write: channels last outside, a Transpose around all. */
  private static byte[] transposedImages() {
    return images(12)
        .weight("w", 6, 2, 3, 3)
        .weight("depth", 6, 1, 3, 3)
        .weight("b", 6)
        .weight("v", 54, CLASSES)
        .weight("c", CLASSES)
        .longs("flat", -1, 54)
        .nodes(
            """
            Transpose x -> nhwc perm=0,2,3,1
            Transpose nhwc -> nchw perm=0,3,1,2
            Conv nchw,w,b -> a auto_pad=SAME_UPPER strides=2,2
            Relu a -> r
            Conv r,depth -> d auto_pad=SAME_LOWER group=6 strides=2,2
            LeakyRelu d -> l alpha=0.3
            Transpose l -> back perm=0,2,3,1
            Reshape back,flat -> f
            MatMul f,v -> m
            Add m,c -> y
            """)
        .file("y");
  }

  private static byte[] standardised() {
    return images(11)
        .floats("scale", 255)
        .weight("mean", 1, 2, 1, 1)
        .floats("deviation", 0.25)
        .weight("w", 4, 2, 5, 5)
        .weight("b", 4)
        .weight("v", 256, CLASSES)
        .weight("c", 1, CLASSES)
        .nodes(
            """
            Mul x,scale -> big
            Cast big -> same to=1
            Div same,scale -> unit
            Sub unit,mean -> centred
            Div centred,deviation -> s
            Conv s,w,b -> a
            Elu a -> e alpha=0.7
            Flatten e -> f axis=-3
            MatMul f,v -> m
            Add m,c -> y
            """)
        .file("y");
  }

  private static byte[] attention() {
    return images(13)
        .weight("w", 6, 2, 3, 3)
        .weight("place", 1, 2, 3, 3)
        .weight("v", 6, CLASSES)
        .longs("spatial", -2, -1)
        .floats("one", 1)
        .nodes(
            """
            Conv x,w -> a pads=1,1,1,1
            ReduceMax a -> most axes=1,
            ReduceMean a -> mean axes=1,
            Concat most,mean -> both axis=1
            Conv both,place -> p pads=1,1,1,1
            Sigmoid p -> gate
            Sub one,gate -> closed
            Mul a,gate -> g
            Mul a,closed -> h
            Sub g,h -> s
            GlobalMaxPool s -> m
            Squeeze m,spatial -> q
            MatMul q,v -> y
            """)
        .file("y");
  }

  private static byte[] sharedWeight() {
    return images(9)
        .listedWeight("w", 2, 2, 3, 3)
        .listedWeight("v", CLASSES, 288)
        .listedWeight("c", CLASSES)
        .nodes(
            """
            Conv x,w -> a pads=1,1,1,1
            Conv a,w -> b pads=1,1,1,1
            Add b,x -> s
            Flatten s -> f axis=1
            Gemm f,v,c -> y transB=1
            """)
        .file("y");
  }

  private static byte[] encoderAndDecoder() {
    return images(11)
        .weight("w", 6, 2, 3, 3)
        .weight("up", 6, 4, 2, 2)
        .weight("b", 4)
        .floats("region")
        .floats("scales", 1, 1, 2, 2)
        .weight("v", 10, CLASSES)
        .nodes(
            """
            Conv x,w -> a pads=1,1,1,1 strides=2,2
            Relu a -> r
            MaxPool r -> p kernel_shape=2,2 strides=2,2
            ConvTranspose p,up,b -> t strides=2,2
            Resize p,region,scales -> n mode=nearest coordinate_transformation_mode=asymmetric nearest_mode=floor
            Concat t,n -> c axis=1
            GlobalAveragePool c -> g
            Flatten g -> f
            MatMul f,v -> y
            """)
        .file("y");
  }

  private static byte[] signals() {
    return images(13)
        .longs("lines", 0, 2, 144)
        .weight("w", 6, 2, 7)
        .weight("scale", 6)
        .weight("shift", 6)
        .weight("up", 6, 3, 3)
        .weight("v", CLASSES, 3)
        .nodes(
            """
            Reshape x,lines -> s
            Conv s,w -> a strides=3, pads=3,3, dilations=1,
            InstanceNormalization a,scale,shift -> n
            LeakyRelu n -> l
            MaxPool l -> p kernel_shape=3, strides=2, ceil_mode=1
            ConvTranspose p,up -> t strides=2, output_padding=1,
            AveragePool t -> q kernel_shape=4, strides=3, count_include_pad=1 pads=1,2,
            GlobalAveragePool q -> g
            Flatten g -> f
            Gemm f,v -> y transB=1
            """)
        .file("y");
  }

  private static byte[] masks() {
    return images(16)
        .weight("w", 6, 2, 3, 3)
        .weight("slope", 6, 1, 1)
        .floats("zero", 0)
        .floats("low", 0.1)
        .weight("v", 6, CLASSES)
        .nodes(
            """
            Conv x,w -> a
            Greater a,zero -> positive
            Mul a,slope -> sloped
            Where positive,a,sloped -> prelu
            Abs prelu -> size
            GreaterOrEqual size,low -> large
            Not large -> small
            Or large,small -> any
            And any,large -> kept
            Cast kept -> factor to=1
            Mul prelu,factor -> hard
            ReduceMean hard -> m axes=2,3 keepdims=0
            MatMul m,v -> y
            """)
        .file("y");
  }

  /** Scores first; what else there is, and what only it needs, is not trained. */
  private static byte[] heads() {
    return images(13)
        .weight("w", 6, 2, 3, 3)
        .weight("v", CLASSES, 6)
        .weight("c", CLASSES)
        .nodes(
            """
            Conv x,w -> a
            Selu a -> s
            GlobalAveragePool s -> g
            Flatten g -> f
            Gemm f,v,c -> y transB=1
            Softmax y -> share axis=-1
            ReduceMax share -> sure axes=1,
            """)
        .file("y", "share", "sure");
  }

  private static byte[] oneSample() {
    return new OnnxText(13)
        .input("x", DataType.FLOAT, 1, CHANNELS, SIDE, SIDE)
        .weight("w", 6, 2, 3, 3)
        .weight("v", 150, CLASSES)
        .longs("flat", 1, 150)
        .longs("wide", 1, 6, 10, 10)
        .nodes(
            """
            Conv x,w -> a
            Reshape a,wide -> b
            Relu b -> r
            AveragePool r -> p kernel_shape=2,2 strides=2,2
            Reshape p,flat -> f
            MatMul f,v -> y
            """)
        .file("y");
  }

  private static byte[] mixedPools() {
    return images(10)
        .weight("w", 6, 2, 3, 3)
        .weight("b", 6)
        .weight("v", 1, 1, 1, 1)
        .weight("z", CLASSES, 12, 3, 3)
        .nodes(
            """
            Conv x,w,b -> a kernel_shape=3,3 pads=1,1,1,1
            Relu a -> r
            LRN r -> l size=3 alpha=0.1 beta=0.75 bias=1.0
            MaxPool l -> m kernel_shape=3,3 strides=2,2 ceil_mode=1
            AveragePool l -> q kernel_shape=3,3 strides=2,2 ceil_mode=1 pads=0,0,1,1
            Concat m,q -> c axis=1
            MaxPool c -> d kernel_shape=2,2 dilations=2,2 strides=1,1
            Conv d,z -> e
            Sum e,e,e -> t
            GlobalAveragePool t -> g
            Squeeze g -> y axes=2,3
            """)
        .file("y");
  }

  private static byte[] doubles() {
    return images(13)
        .doubles("wide", 0.5, -0.25)
        .longs("channels", 2, 1, 1)
        .weight("w", 6, 2, 3, 3)
        .weight("v", 6, CLASSES)
        .nodes(
            """
            Cast wide -> narrow to=1
            Reshape narrow,channels -> factors
            Mul x,factors -> s
            Conv s,w -> a
            Cast a -> ad to=11
            Exp ad -> ed
            Cast ed -> e to=1
            ReduceMean e -> m axes=2,3 keepdims=0
            MatMul m,v -> y
            """)
        .file("y");
  }

  private static byte[] unitLength() {
    return images(13)
        .weight("w", 6, 2, 3, 3)
        .weight("v", 6, CLASSES)
        .floats("least", 1e-12)
        .nodes(
            """
            Conv x,w -> a
            GlobalAveragePool a -> g
            Flatten g -> f
            ReduceL2 f -> length axes=1, keepdims=1
            Clip length,least -> safe
            Shape f -> s
            Expand safe,s -> all
            Div f,all -> unit
            MatMul unit,v -> y
            """)
        .file("y");
  }
}
