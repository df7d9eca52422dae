package io.espalier.api;

import java.util.List;
import java.util.regex.Pattern;

/**
 * How an extension describes itself: the one source of the scenario's schema, the command line's
 * help, the dashboard's form and the documentation.
 *
 * @param id short and stable, lower case with hyphens, such as {@code magnitude}
 * @param summary one line for people
 * @param parameters what can be set
 */
public record Description(String id, String summary, List<Parameter<?>> parameters) {
  private static final Pattern ID = Pattern.compile("[a-z0-9]+(-[a-z0-9]+)*");

  /**
   * @throws EspalierException ({@link FailureCode#PLUGIN}) for an id of another form, an empty
   *     summary or two parameters of one name
   */
  public Description {
    parameters = List.copyOf(parameters);
    if (!ID.matcher(id).matches()) {
      throw new EspalierException(
          FailureCode.PLUGIN, "extension id '" + id + "' is not lower-case words with hyphens");
    }
    if (summary.isBlank()) {
      throw new EspalierException(FailureCode.PLUGIN, "extension '" + id + "' has no summary");
    }
    if (parameters.stream().map(Parameter::name).distinct().count() != parameters.size()) {
      throw new EspalierException(
          FailureCode.PLUGIN, "extension '" + id + "' has two parameters of one name");
    }
  }

  public static Description of(String id, String summary, Parameter<?>... parameters) {
    return new Description(id, summary, List.of(parameters));
  }
}
