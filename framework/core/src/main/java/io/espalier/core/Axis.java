package io.espalier.core;

/**
 * One axis of a value, as channel groups see it: either fixed, or each coordinate belongs to an
 * atom of {@link Atoms}, the least that can be removed. Values that only pass channels on share the
 * axis object.
 */
final class Axis {
  static final Axis ONE = fixed(1);
  static final Axis UNKNOWN = fixed(-1);

  private final long extent;
  private final int[] atoms;

  private Axis(long extent, int[] atoms) {
    this.extent = extent;
    this.atoms = atoms;
  }

  /** An axis of which nothing can be removed. */
  static Axis fixed(long extent) {
    return new Axis(extent, new int[0]);
  }

  /**
   * @param atoms of each coordinate; not copied
   */
  static Axis of(int... atoms) {
    return new Axis(atoms.length, atoms);
  }

  /** Number of coordinates; -1 if that is not known. */
  long extent() {
    return extent;
  }

  boolean cuttable() {
    return atoms.length > 0;
  }

  /** Coordinates that have an atom: all or none. */
  int length() {
    return atoms.length;
  }

  int atom(int coordinate) {
    return atoms[coordinate];
  }
}
