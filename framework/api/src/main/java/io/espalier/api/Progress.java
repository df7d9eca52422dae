package io.espalier.api;

/** Told how far a long piece of work has come. */
public interface Progress {
  /** Ignores all. */
  Progress NONE =
      new Progress() {
        @Override
        public void at(String what, long done, long total) {}

        @Override
        public void note(String message) {}
      };

  /**
   * Some of the work is done.
   *
   * @param what the work, such as {@code train-images-idx3-ubyte.gz}
   * @param done units done, such as bytes
   * @param total units in all; -1 if unknown
   */
  void at(String what, long done, long total);

  /** A plain line that the user should see. */
  void note(String message);
}
