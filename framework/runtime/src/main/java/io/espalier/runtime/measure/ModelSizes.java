package io.espalier.runtime.measure;

import io.airlift.compress.zstd.ZstdOutputStream;
import io.espalier.api.Model;
import io.espalier.core.Encoding;
import io.espalier.core.EntropyBound;
import io.espalier.core.OnnxFormat;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.Predicate;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * What a model weighs in every form that it can be kept in, all in bytes.
 *
 * @param onnx dense ONNX, which the compressors are given
 * @param gzip after gzip at its highest level
 * @param zip after zip at its usual level, as an archive of one file
 * @param deflation share of the file that zip saves, without the archive's headers, 0 to 1: what
 *     zip prints as "deflated"
 * @param zstd after Zstandard
 * @param onnxSparse ONNX with sparse initialisers
 * @param onnxCodebook ONNX with indices and shared values
 * @param espalier the compact container
 * @param entropyBound the least that a code of single weights can take, see {@link EntropyBound}
 * @param smallest id of the encoding that makes the smallest file
 * @param smallestRunnable id of the encoding that makes the smallest file which ONNX Runtime runs
 */
public record ModelSizes(
    long onnx,
    long gzip,
    long zip,
    double deflation,
    long zstd,
    long onnxSparse,
    long onnxCodebook,
    long espalier,
    long entropyBound,
    String smallest,
    String smallestRunnable) {
  /** What has to be said wherever sizes are shown. */
  public static final String VERDICT =
      "Zeros and shared values save storage and transfer. They do not make ONNX Runtime faster by"
          + " themselves: it computes with dense tensors, whatever the file was.";

  /** Weighs a model. */
  public static ModelSizes of(Model model) {
    Map<Encoding, Long> sizes = new EnumMap<>(Encoding.class);
    for (Encoding encoding : Encoding.values()) {
      sizes.put(encoding, encoding.size(model));
    }
    byte[] dense = new OnnxFormat().bytes(model);
    long zip = size(out -> zipped(dense, out));
    long deflated = zip - size(out -> zipped(new byte[0], out));
    return new ModelSizes(
        dense.length,
        size(out -> gzipped(dense, out)),
        zip,
        dense.length == 0 ? 0 : 1 - (double) deflated / dense.length,
        size(out -> zstandard(dense, out)),
        sizes.getOrDefault(Encoding.SPARSE_ONNX, 0L),
        sizes.getOrDefault(Encoding.CODEBOOK_ONNX, 0L),
        sizes.getOrDefault(Encoding.CONTAINER, 0L),
        EntropyBound.bytes(model),
        smallest(sizes, encoding -> true),
        smallest(sizes, Encoding::runnable));
  }

  private static String smallest(Map<Encoding, Long> sizes, Predicate<Encoding> allowed) {
    return Arrays.stream(Encoding.values())
        .filter(allowed)
        .min(Comparator.comparing(encoding -> sizes.getOrDefault(encoding, 0L)))
        .orElseThrow()
        .id();
  }

  private interface Compressor {
    void write(OutputStream out) throws IOException;
  }

  private static long size(Compressor compressor) {
    ByteCounter counter = new ByteCounter();
    try {
      compressor.write(counter);
    } catch (IOException e) {
      throw new IllegalStateException("counting takes every byte", e);
    }
    return counter.bytes();
  }

  private static void zipped(byte[] content, OutputStream out) throws IOException {
    try (ZipOutputStream zip = new ZipOutputStream(out)) {
      zip.putNextEntry(new ZipEntry("model.onnx"));
      zip.write(content);
      zip.closeEntry();
    }
  }

  private static void gzipped(byte[] content, OutputStream out) throws IOException {
    try (GZIPOutputStream gzip = new SmallestGzip(out)) {
      gzip.write(content);
    }
  }

  private static void zstandard(byte[] content, OutputStream out) throws IOException {
    try (ZstdOutputStream zstd = new ZstdOutputStream(out)) {
      zstd.write(content);
    }
  }
}
