package io.espalier.engine;

import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

/** The same small classifiers with the blocks that networks of later years are made of. */
final class BlockNetworks {
  private static final int CLASSES = OrdinaryNetworks.CLASSES;
  static final Map<String, Supplier<byte[]>> ALL = new TreeMap<>();

  static {
    ALL.put("dense blocks", BlockNetworks::denseBlocks);
    ALL.put("blocks of ConvNeXt", BlockNetworks::convNext);
    ALL.put("patches with a class token", BlockNetworks::patches);
    ALL.put("attention along both sides", BlockNetworks::coordinates);
    ALL.put("pixels moved into channels", BlockNetworks::focus);
    ALL.put("norms of vectors", BlockNetworks::normedVectors);
  }

  private BlockNetworks() {}

  private static OnnxText images(long opset) {
    return OrdinaryNetworks.images(opset);
  }

  private static byte[] denseBlocks() {
    OnnxText text = images(9).weight("w", 4, 2, 3, 3).weight("g1", 4, 4, 3, 3);
    text.weight("g2", 4, 8, 1, 1).weight("v", CLASSES, 12).weight("c", CLASSES);
    for (int i = 1; i <= 3; i++) {
      text.weight("s" + i, 4 * i).weight("b" + i, 4 * i).weight("m" + i, 4 * i);
      text.positive("v" + i, 4 * i);
    }
    return text.nodes(
            """
            Conv x,w -> x0 pads=1,1,1,1 strides=2,2
            BatchNormalization x0,s1,b1,m1,v1 -> n1 momentum=0.9
            Relu n1 -> r1
            Conv r1,g1 -> y1 pads=1,1,1,1
            Concat x0,y1 -> x1 axis=1
            BatchNormalization x1,s2,b2,m2,v2 -> n2
            Relu n2 -> r2
            Conv r2,g2 -> y2
            Concat x0,y1,y2 -> x2 axis=1
            BatchNormalization x2,s3,b3,m3,v3 -> n3
            Relu n3 -> r3
            AveragePool r3 -> p kernel_shape=6,6
            Reshape p,flat -> f
            Gemm f,v,c -> y transB=1
            """)
        .longs("flat", -1, 12)
        .file("y");
  }

  private static byte[] convNext() {
    return images(17)
        .weight("stem", 6, 2, 4, 4)
        .weight("b", 6)
        .weight("depth", 6, 1, 7, 7)
        .weight("bd", 6)
        .weight("s", 6)
        .weight("t", 6)
        .weight("w1", 6, 24)
        .weight("b1", 24)
        .weight("w2", 24, 6)
        .weight("b2", 6)
        .weight("gamma", 6)
        .weight("v", CLASSES, 6)
        .floats("root", 1.4142135)
        .floats("one", 1)
        .floats("half", 0.5)
        .nodes(
            """
            Conv x,stem,b -> a strides=4,4 kernel_shape=4,4
            Conv a,depth,bd -> d pads=3,3,3,3 group=6
            Transpose d -> l perm=0,2,3,1
            LayerNormalization l,s,t -> n axis=-1 epsilon=0.000001
            MatMul n,w1 -> m1
            Add b1,m1 -> h1
            Div h1,root -> e1
            Erf e1 -> e2
            Add e2,one -> e3
            Mul h1,e3 -> e4
            Mul e4,half -> g
            MatMul g,w2 -> m2
            Add m2,b2 -> h2
            Mul gamma,h2 -> scaled
            Transpose scaled -> back perm=0,3,1,2
            Add a,back -> sum
            ReduceMean sum -> p axes=-2,-1 keepdims=0
            Gemm p,v -> y transB=1
            """)
        .file("y");
  }

  private static byte[] patches() {
    return images(14)
        .weight("w", 8, 2, 4, 4)
        .weight("token", 1, 1, 8)
        .weight("place", 1, 10, 8)
        .weight("q", 8, 8)
        .weight("k", 8, 8)
        .weight("u", 8, 8)
        .weight("v", 8, CLASSES)
        .longs("rows", 0, 8, -1)
        .longs("heads", 0, 10, 2, 4)
        .longs("joined", 0, 10, 8)
        .longs("front", 0)
        .index("zero", 0)
        .floats("scale", 0.5)
        .nodes(
            """
            Conv x,w -> a strides=4,4
            Reshape a,rows -> r
            Transpose r -> t perm=0,2,1
            Shape t -> s
            Gather s,zero -> n
            Unsqueeze n,front -> n1
            Concat n1,one,one -> many axis=0
            Expand token,many -> tokens
            Concat tokens,t -> all axis=1
            Add all,place -> e
            MatMul e,q -> q1
            MatMul e,k -> k1
            MatMul e,u -> u1
            Reshape q1,heads -> q2
            Reshape k1,heads -> k2
            Reshape u1,heads -> u2
            Transpose q2 -> q3 perm=0,2,1,3
            Transpose k2 -> k3 perm=0,2,3,1
            Transpose u2 -> u3 perm=0,2,1,3
            Mul q3,scale -> q4
            MatMul q4,k3 -> score
            Softmax score -> share axis=-1
            MatMul share,u3 -> o
            Transpose o -> o1 perm=0,2,1,3
            Reshape o1,joined -> o2
            Add e,o2 -> res
            Gather res,zero -> cls axis=1
            MatMul cls,v -> y
            """)
        .longs("one", 1)
        .file("y");
  }

  private static byte[] coordinates() {
    return images(14)
        .weight("w", 4, 2, 3, 3)
        .weight("g", 4, 4, 1, 1)
        .weight("down", 4, 4, 1, 1)
        .weight("along", 4, 4, 1, 1)
        .longs("sides", 12, 12)
        .weight("v", 4, CLASSES)
        .nodes(
            """
            Conv x,w -> a pads=1,1,1,1
            AveragePool a -> h kernel_shape=1,12
            AveragePool a -> w1 kernel_shape=12,1
            Transpose w1 -> w2 perm=0,1,3,2
            Concat h,w2 -> c axis=2
            Conv c,g -> d
            HardSwish d -> e
            Split e,sides -> eh,ew axis=2
            Transpose ew -> et perm=0,1,3,2
            Conv eh,down -> fh
            Conv et,along -> fw
            Sigmoid fh -> gh
            Sigmoid fw -> gw
            Mul a,gh -> m
            Mul m,gw -> n
            ReduceMean n -> p axes=2,3 keepdims=0
            MatMul p,v -> y
            """)
        .file("y");
  }

  private static byte[] focus() {
    return images(14)
        .weight("w", 4, 8, 3, 3)
        .weight("g", 4, 8, 1, 1)
        .longs("zero", 0)
        .longs("one", 1)
        .longs("two", 2)
        .longs("three", 3)
        .longs("end", Long.MAX_VALUE)
        .weight("v", 4, CLASSES)
        .nodes(
            """
            Slice x,zero,end,two,two -> a0
            Slice x,one,end,two,two -> a1
            Slice a0,zero,end,three,two -> a00
            Slice a1,zero,end,three,two -> a10
            Slice a0,one,end,three,two -> a01
            Slice a1,one,end,three,two -> a11
            Concat a00,a10,a01,a11 -> f axis=1
            Conv f,w -> b pads=1,1,1,1
            SpaceToDepth x -> s blocksize=2
            Conv s,g -> d
            Softsign b -> m
            Mul m,d -> n
            GlobalMaxPool n -> p
            Flatten p -> q
            MatMul q,v -> y
            """)
        .file("y");
  }

  private static byte[] normedVectors() {
    return images(13)
        .weight("w", 6, 2, 3, 3)
        .weight("v", CLASSES, 6)
        .floats("least", 1e-6)
        .nodes(
            """
            Conv x,w -> a
            ReduceSumSquare a -> sq axes=1,
            Add sq,least -> sa
            Sqrt sa -> length
            Div a,length -> unit
            ReduceLogSumExp unit -> soft axes=2,3 keepdims=0
            ReduceL1 soft -> size axes=-1, keepdims=1
            Div soft,size -> f
            Gemm f,v -> y transB=1
            """)
        .file("y");
  }
}
