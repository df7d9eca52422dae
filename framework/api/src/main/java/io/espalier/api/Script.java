package io.espalier.api;

/** A loaded script. Used by one thread. */
public interface Script extends AutoCloseable {
  /**
   * Tells the script an event.
   *
   * @param json the protobuf JSON form of a {@code RunEvent}
   * @throws EspalierException ({@link FailureCode#PLUGIN}) that names script and line, if it throws
   *     or exceeds a limit; it is of no use any more then
   */
  void onEvent(String json);

  @Override
  void close();
}
