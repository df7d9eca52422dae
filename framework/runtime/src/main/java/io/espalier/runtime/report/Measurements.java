package io.espalier.runtime.report;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import java.util.List;

/**
 * What a run achieved, as {@code measurements.json} holds it. Later versions may add fields after
 * these; none goes away.
 *
 * @param run id of the run
 * @param dataset name of the data set
 * @param seed the run's seed
 * @param stages one per exported model, in the order of the run
 * @param seconds time the run was at work: pauses, and the time between the end of a process and
 *     the resumption of the run, do not count
 * @param scenario name of the scenario
 * @param datasetFingerprint hash of all samples and labels
 * @param frameworkVersion version that wrote this
 * @param host where the figures were measured
 * @param classNames what the classes are called, by label; empty where the data set does not know
 */
public record Measurements(
    String run,
    String dataset,
    long seed,
    List<StageMeasurement> stages,
    double seconds,
    String scenario,
    String datasetFingerprint,
    String frameworkVersion,
    Host host,
    List<String> classNames) {
  /** Lists that files of earlier versions lack are empty. */
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .withConfigOverride(
              List.class,
              list -> list.setSetterInfo(JsonSetter.Value.forValueNulls(Nulls.AS_EMPTY)))
          .build();

  public Measurements {
    stages = List.copyOf(stages);
    classNames = List.copyOf(classNames);
  }

  /** Indented JSON, with a line feed at its end. */
  public String toJson() {
    try {
      return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(this) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("measurements do not turn into JSON", e);
    }
  }

  /**
   * Reads what {@link #toJson} wrote, also by a later version.
   *
   * @throws EspalierException ({@link FailureCode#DATA}) if the text is something else
   */
  public static Measurements parse(String json, String sourceName) {
    try {
      return JSON.readValue(json, Measurements.class);
    } catch (JsonProcessingException e) {
      throw new EspalierException(
          FailureCode.DATA,
          "%s holds no measurements of a run: %s".formatted(sourceName, e.getOriginalMessage()),
          e);
    }
  }
}
