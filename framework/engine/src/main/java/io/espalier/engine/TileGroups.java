package io.espalier.engine;

/**
 * Which tiles of a batch are worked on together: those of whole samples, or some rows of tiles of
 * one sample. So many stay in cache whatever the size of the images.
 *
 * @param down tiles of a sample below each other
 * @param across tiles of a sample beside each other
 * @param most tiles together, unless a row has more
 */
record TileGroups(int down, int across, int most) {
  int perSample() {
    return down * across;
  }

  /** Rows of tiles of a sample. */
  private int rows() {
    return Math.max(1, Math.min(down, most / across));
  }

  private int samples() {
    return Math.max(1, most / perSample());
  }

  private int strips() {
    return (down + rows() - 1) / rows();
  }

  /** Most tiles of a group. */
  int largest() {
    return samples() * rows() * across;
  }

  /** Groups of a batch. */
  int count(int batch) {
    return (batch + samples() - 1) / samples() * strips();
  }

  int firstSample(int group) {
    return group / strips() * samples();
  }

  int samples(int group, int batch) {
    return Math.min(samples(), batch - firstSample(group));
  }

  int firstRow(int group) {
    return group % strips() * rows();
  }

  int rows(int group) {
    return Math.min(rows(), down - firstRow(group));
  }

  /** Position of a group's first tile in the batch; the others follow it. */
  int firstTile(int group) {
    return firstSample(group) * perSample() + firstRow(group) * across;
  }
}
