package io.espalier.core;

import io.espalier.api.Description;
import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.api.Model;
import io.espalier.api.ModelFormat;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/** The ways in which Espalier writes a model, each a format that reads back to the same tensors. */
public enum Encoding {
  /** Every tensor dense. */
  ONNX("onnx", ".onnx", true, "every weight as it is") {
    @Override
    void write(Model model, OutputStream out) throws IOException {
      OnnxWriter.inline(model).writeTo(out);
    }
  },

  /** Tensors of many zeros as sparse initialisers, see {@link OnnxSparse}. */
  SPARSE_ONNX("onnx-sparse", ".onnx", true, "mostly-zero tensors as sparse initialisers") {
    @Override
    void write(Model model, OutputStream out) throws IOException {
      OnnxWriter.sparse(model).writeTo(out);
    }
  },

  /** Tensors of few values as indices and values, see {@link SharedValueGraph}. */
  CODEBOOK_ONNX(
      "onnx-codebook", ".onnx", true, "few-valued tensors as indices of 4 or 8 bits and values") {
    @Override
    void write(Model model, OutputStream out) throws IOException {
      OnnxWriter.inline(SharedValueGraph.of(model)).writeTo(out);
    }
  },

  /** The compact container, see {@link EspalierFormat}. */
  CONTAINER("espalier", ".espalier", false, "zeros, shared values and exponents entropy coded") {
    @Override
    void write(Model model, OutputStream out) throws IOException {
      ContainerWriter.write(model, out);
    }
  };

  private final String id;
  private final String ending;
  private final boolean runnable;
  private final String summary;

  Encoding(String id, String ending, boolean runnable, String summary) {
    this.id = id;
    this.ending = ending;
    this.runnable = runnable;
    this.summary = summary;
  }

  /** The word for it in scenarios and figures. */
  public String id() {
    return id;
  }

  /** What its files' names end in. */
  public String ending() {
    return ending;
  }

  /** Whether ONNX Runtime runs the file as it is. */
  public boolean runnable() {
    return runnable;
  }

  /** One line for people. */
  public String summary() {
    return summary;
  }

  public static Optional<Encoding> of(String id) {
    return Arrays.stream(values()).filter(encoding -> encoding.id.equals(id)).findFirst();
  }

  /**
   * Reads a file of any encoding: a container if its name says so, else ONNX.
   *
   * @throws EspalierException ({@link FailureCode#MODEL} or {@link FailureCode#IO}) that names the
   *     file and what is wrong
   */
  public static Model read(Path file) {
    ModelFormat container = CONTAINER.format();
    return container.matches(file) ? container.read(file) : ONNX.format().read(file);
  }

  abstract void write(Model model, OutputStream out) throws IOException;

  /**
   * Bytes of the model's file; nothing is kept of it.
   *
   * @throws EspalierException ({@link FailureCode#MODEL}) for a model that needs a second file
   */
  public long size(Model model) {
    Counter counter = new Counter();
    try {
      write(model, counter);
    } catch (IOException e) {
      throw new IllegalStateException("counting takes every byte", e);
    }
    return counter.bytes;
  }

  /** The format that writes and reads it. */
  public ModelFormat format() {
    return switch (this) {
      case ONNX -> new OnnxFormat();
      case CONTAINER -> new EspalierFormat();
      case SPARSE_ONNX, CODEBOOK_ONNX -> new EncodedOnnx(this);
    };
  }

  /** ONNX files in which some tensors are written in another way. */
  private record EncodedOnnx(Encoding encoding) implements ModelFormat {
    @Override
    public Description description() {
      return Description.of(encoding.id, "ONNX: " + encoding.summary);
    }

    @Override
    public boolean matches(Path file) {
      return new OnnxFormat().matches(file);
    }

    @Override
    public Model read(Path file) {
      return new OnnxFormat().read(file);
    }

    @Override
    public void write(Model model, Path file) {
      AtomicFile.write(file, out -> encoding.write(model, out));
    }
  }

  private static final class Counter extends OutputStream {
    private long bytes;

    @Override
    public void write(int value) {
      bytes++;
    }

    @Override
    public void write(byte[] block, int offset, int length) {
      bytes += length;
    }
  }
}
