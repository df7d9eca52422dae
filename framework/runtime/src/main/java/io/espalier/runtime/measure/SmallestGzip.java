package io.espalier.runtime.measure;

import java.io.IOException;
import java.io.OutputStream;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

/** Gzip at its highest level. */
final class SmallestGzip extends GZIPOutputStream {
  SmallestGzip(OutputStream out) throws IOException {
    super(out, 1 << 16);
    def.setLevel(Deflater.BEST_COMPRESSION);
  }
}
