package io.espalier.runtime.measure;

import java.io.OutputStream;

/** Counts what is written and keeps nothing. */
final class ByteCounter extends OutputStream {
  private long bytes;

  long bytes() {
    return bytes;
  }

  @Override
  public void write(int value) {
    bytes++;
  }

  @Override
  public void write(byte[] block, int offset, int length) {
    bytes += length;
  }
}
