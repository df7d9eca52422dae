package io.espalier.api;

/**
 * A parameter of an extension has a value that is not allowed. Carries the parameter's name, so
 * that a scenario's reader can point at the place in the file.
 */
public final class ParameterException extends EspalierException {
  private static final long serialVersionUID = 1;

  private final String parameter;
  private final String problem;

  /**
   * @param parameter name of the parameter
   * @param problem what is wrong with which value and what is allowed, e.g. {@code "1.5 is not
   *     below 1 (allowed: 0 to below 1)"}
   */
  public ParameterException(String parameter, String problem) {
    super(FailureCode.USAGE, parameter + ": " + problem);
    this.parameter = parameter;
    this.problem = problem;
  }

  public String parameter() {
    return parameter;
  }

  /** The message without the parameter's name. */
  public String problem() {
    return problem;
  }
}
