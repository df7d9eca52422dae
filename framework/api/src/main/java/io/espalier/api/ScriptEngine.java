package io.espalier.api;

/**
 * Runs scripts of one language inside the process, fenced in: they reach nothing but their host.
 */
public interface ScriptEngine extends Extension {
  /**
   * Loads a script and runs it once from top to bottom.
   *
   * @param name of the script, for messages
   * @param source its text
   * @param host all that the script can reach
   * @throws EspalierException ({@link FailureCode#USAGE}) that names script and line, if it is
   *     broken or has no function for events
   */
  Script load(String name, String source, ScriptHost host);
}
