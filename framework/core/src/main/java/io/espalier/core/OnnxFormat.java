package io.espalier.core;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import io.espalier.api.Description;
import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.api.Model;
import io.espalier.api.ModelFormat;
import io.espalier.api.Tensor;
import io.espalier.proto.onnx.ModelProto;
import io.espalier.proto.onnx.TensorProto;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/**
 * ONNX files: IR versions 3 to 11, default operator set 7 to 23.
 *
 * <p>Reading turns Constant nodes into tensors, drops initialisers from the inputs, sorts the nodes
 * if they are not in order and gives a name of its own to each node that has none or another
 * node's. Sparse initialisers become dense, and weights that the graph joins from indices and
 * shared values become tensors. Operators and domains that Espalier does not know are kept. What a
 * graph needs but a model cannot hold is refused, never dropped: subgraphs, local functions, texts.
 * Documentation strings, metadata, training information, quantisation annotations and the types of
 * inner values are left behind.
 *
 * <p>Writing gives IR version 8. Tensors above a limit in all go into a second file beside the
 * first, {@code <file>.data}, as ONNX external data; that file is in place before the first is.
 */
public final class OnnxFormat implements ModelFormat {
  /** Past so many bytes of tensors, they go into a file of their own; a message holds 2 GiB. */
  private static final long INLINE_LIMIT = 3L << 29;

  /** Deeper nesting than any model without subgraphs has. */
  private static final int NESTING_LIMIT = 32;

  private final long inlineLimit;

  /** Writes tensors of up to 1.5 GiB in all into the model's own file. */
  public OnnxFormat() {
    this(INLINE_LIMIT);
  }

  /**
   * @param inlineLimit bytes of tensors, in all, up to which they stand in the model's own file
   */
  public OnnxFormat(long inlineLimit) {
    this.inlineLimit = Math.min(inlineLimit, INLINE_LIMIT);
  }

  @Override
  public Description description() {
    return Description.of("onnx", "ONNX model files, operator sets 7 to 23");
  }

  @Override
  public boolean matches(Path file) {
    return file.toString().toLowerCase(Locale.ROOT).endsWith(".onnx");
  }

  @Override
  public Model read(Path file) {
    Place place = new Place(file.toString());
    try {
      if (Files.isRegularFile(file)) {
        requireSize(Files.size(file), place);
      }
      ModelProto proto;
      try (InputStream in = Files.newInputStream(file)) {
        proto = parse(in, place);
      }
      return new OnnxReader(place, Optional.of(folder(file))).read(proto);
    } catch (IOException e) {
      throw EspalierException.cannot("read", file, e);
    } catch (OutOfMemoryError e) {
      throw new EspalierException(
          FailureCode.IO,
          file + " needs more memory than the JVM may take; start it with a larger -Xmx",
          e);
    }
  }

  /**
   * Reads a model from bytes, which must hold all its tensors.
   *
   * @param sourceName what messages call it
   * @throws EspalierException ({@link FailureCode#MODEL}) that names the source, the place in it
   *     and what is wrong
   */
  public Model parse(byte[] bytes, String sourceName) {
    Place place = new Place(sourceName);
    requireSize(bytes.length, place);
    try {
      ModelProto proto = parse(new ByteArrayInputStream(bytes), place);
      return new OnnxReader(place, Optional.empty()).read(proto);
    } catch (IOException e) {
      throw new EspalierException(FailureCode.IO, "cannot read " + sourceName, e);
    }
  }

  /**
   * Reads a file that holds one tensor, as ONNX's test data has them.
   *
   * @throws EspalierException ({@link FailureCode#MODEL}) that names the file and what is wrong;
   *     {@link FailureCode#IO} if it cannot be read
   */
  public Tensor readTensor(Path file) {
    Place place = new Place(file.toString());
    try (InputStream in = Files.newInputStream(file)) {
      TensorProto proto = TensorProto.parseFrom(in);
      return new OnnxTensors(Optional.of(folder(file))).read(proto, proto.getName(), place);
    } catch (InvalidProtocolBufferException e) {
      throw new EspalierException(
          FailureCode.MODEL, place.text() + ": is no ONNX tensor (" + e.getMessage() + ")", e);
    } catch (IOException e) {
      throw EspalierException.cannot("read", file, e);
    }
  }

  @Override
  public void write(Model model, Path file) {
    if (OnnxWriter.tensorBytes(model) <= inlineLimit) {
      AtomicFile.write(file, OnnxWriter.inline(model)::writeTo);
      return;
    }
    Path data = folder(file).resolve(file.getFileName() + ".data");
    OnnxDataFile layout = OnnxDataFile.of(model, data.getFileName().toString());
    AtomicFile.write(data, layout::writeTo);
    AtomicFile.write(file, OnnxWriter.external(model, layout)::writeTo);
  }

  /**
   * The bytes that {@link #write} puts into the file.
   *
   * @throws EspalierException ({@link FailureCode#MODEL}) for a model whose tensors need a second
   *     file
   */
  public byte[] bytes(Model model) {
    long size = OnnxWriter.tensorBytes(model);
    if (size > inlineLimit) {
      throw new Place("model '" + model.graph().name() + "'")
          .broken(
              "has %d bytes of tensors, more than fit into one ONNX message (%d); write it to a file instead"
                  .formatted(size, inlineLimit));
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream((int) Math.min(size + 4096, 1 << 30));
    try {
      OnnxWriter.inline(model).writeTo(bytes);
    } catch (IOException e) {
      throw new IllegalStateException("memory takes every byte", e);
    }
    return bytes.toByteArray();
  }

  private static ModelProto parse(InputStream stream, Place place) throws IOException {
    try {
      CodedInputStream in = CodedInputStream.newInstance(stream);
      in.setSizeLimit(Integer.MAX_VALUE);
      in.setRecursionLimit(NESTING_LIMIT);
      ModelProto proto = ModelProto.parseFrom(in);
      in.checkLastTagWas(0);
      return proto;
    } catch (InvalidProtocolBufferException e) {
      IOException cause = e.unwrapIOException();
      if (cause != e) {
        throw cause;
      }
      throw new EspalierException(
          FailureCode.MODEL,
          place.text() + ": is cut short, damaged or no ONNX file (" + e.getMessage() + ")",
          e);
    }
  }

  private static void requireSize(long size, Place place) {
    if (size == 0) {
      throw place.broken("is empty");
    }
    if (size > Integer.MAX_VALUE) {
      throw place.broken(
          "has %d bytes, more than one ONNX message may have (2 GiB); save it with external data"
              .formatted(size));
    }
  }

  private static Path folder(Path file) {
    Path parent = file.toAbsolutePath().getParent();
    return parent == null ? file.toAbsolutePath() : parent;
  }
}
