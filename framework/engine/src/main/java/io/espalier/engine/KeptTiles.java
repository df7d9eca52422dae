package io.espalier.engine;

/** The tiles of a batch, for plans that are cut: each keeps what lies on both sides of a cut. */
final class KeptTiles {
  private final ExecutionPlan plan;
  private final int groups;
  private final Batch batch;
  private KeptTile[] tiles = new KeptTile[0];
  private int tilesPerGroup;
  private int samplesPerGroup;
  private int size;

  /**
   * @param batch gets the tiles, for operations that take it as a whole
   */
  KeptTiles(ExecutionPlan plan, int groups, Batch batch) {
    this.plan = plan;
    this.groups = groups;
    this.batch = batch;
  }

  /** Position of a group's first sample in a batch of some size. */
  static int begin(int group, int groups, int size) {
    return (int) ((long) group * size / groups);
  }

  /** Divides a batch of some samples into tiles, and makes room where it is the largest so far. */
  void divide(int samples) {
    size = samples;
    int needed = (samples + groups - 1) / groups;
    if (needed > samplesPerGroup) {
      reserve(needed);
    }
    batch.clear();
    for (int group = 0; group < groups; group++) {
      int end = begin(group + 1, groups, size);
      for (int at = begin(group, groups, size); at < end; at += plan.tile()) {
        batch.add(tile(group, at), Math.min(plan.tile(), end - at));
      }
    }
  }

  private void reserve(int samples) {
    samplesPerGroup = samples;
    tilesPerGroup = (samples + plan.tile() - 1) / plan.tile();
    tiles = new KeptTile[groups * tilesPerGroup];
    for (int i = 0; i < tiles.length; i++) {
      tiles[i] = new KeptTile(plan, Math.min(plan.tile(), samples));
    }
    batch.reserve(plan.cuts(), tiles.length, groups * samples);
  }

  /** The tile of a group that begins with a sample of the batch. */
  KeptTile tile(int group, int at) {
    return tiles[group * tilesPerGroup + (at - begin(group, groups, size)) / plan.tile()];
  }
}
