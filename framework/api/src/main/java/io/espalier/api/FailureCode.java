package io.espalier.api;

/**
 * What kind of thing went wrong: the same word on the bus, in the event log, on the command line
 * and in the dashboard.
 */
public enum FailureCode {
  /** The scenario or the command line asks for something impossible. */
  USAGE(2),
  /** A model file is broken or holds what Espalier cannot handle. */
  MODEL(3),
  /** A data set is missing, broken or does not fit the model. */
  DATA(4),
  /** A plugin is missing, does not load or throws. */
  PLUGIN(5),
  /** A figure or file that a stage promised is not what is there. */
  VERIFICATION(6),
  /** A file or folder cannot be read or written. */
  IO(7),
  /** A port or a remote host cannot be used. */
  NETWORK(8),
  /** Someone cancelled the work. */
  CANCELLED(9),
  /** Nothing has the name that was asked for. */
  NOT_FOUND(10),
  /** Training produced infinities or NaN. */
  NUMERIC(11),
  /** A fault of Espalier itself. */
  INTERNAL(70);

  private final int exitCode;

  FailureCode(int exitCode) {
    this.exitCode = exitCode;
  }

  /** Exit code of a command that fails this way. Stable over versions. */
  public int exitCode() {
    return exitCode;
  }
}
