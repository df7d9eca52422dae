package io.espalier.runtime.answered;

/** How weights and scores travel. */
public final class Weights {
  /** Up to so many are listed in a message; more go in chunks. */
  public static final int MOST_LISTED = 4096;

  /** Bytes of a chunk. */
  public static final int CHUNK_BYTES = 1 << 18;

  private Weights() {}
}
