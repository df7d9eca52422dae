package io.espalier.api;

/** What a script can reach. */
public interface ScriptHost {
  /**
   * Asks for an operation of the bus and waits for the answer.
   *
   * @param operation such as {@code run.set}
   * @param json the request
   * @return the answer as JSON
   * @throws EspalierException the failure that is answered
   */
  String request(String operation, String json);

  /** A line for people. */
  void log(String line);
}
