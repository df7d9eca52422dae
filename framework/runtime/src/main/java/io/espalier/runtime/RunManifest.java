package io.espalier.runtime;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.espalier.api.Dataset;
import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.runtime.plugin.ExtensionCatalog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * With what and where a run was made: enough, with the scenario, to make it again.
 *
 * @param run the run's id
 * @param created when, ISO 8601 in UTC
 * @param espalier version of the framework
 * @param scenario the scenario's name
 * @param seed of everything drawn at random
 * @param dataset what it was trained and measured on
 * @param plugins that were there
 * @param java version and vendor
 * @param os name, version and architecture
 * @param cpus processors that the process could use
 */
record RunManifest(
    String run,
    String created,
    String espalier,
    String scenario,
    long seed,
    DatasetIdentity dataset,
    List<PluginVersion> plugins,
    String java,
    String os,
    int cpus) {
  private static final ObjectMapper JSON =
      JsonMapper.builder().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

  /**
   * @param fingerprint hash of all samples and labels
   */
  record DatasetIdentity(String name, String fingerprint) {
    static DatasetIdentity of(Dataset dataset) {
      return new DatasetIdentity(dataset.name(), dataset.fingerprint());
    }
  }

  /** A plugin by name and version. */
  record PluginVersion(String id, String version) {}

  static RunManifest of(String run, PreparedRun prepared, ExtensionCatalog catalog, Instant now) {
    return new RunManifest(
        run,
        now.toString(),
        version(),
        prepared.scenario().name(),
        prepared.scenario().seed(),
        DatasetIdentity.of(prepared.dataset()),
        catalog.plugins().stream()
            .map(plugin -> new PluginVersion(plugin.getId(), plugin.getVersion()))
            .toList(),
        "%s (%s)".formatted(System.getProperty("java.version"), System.getProperty("java.vendor")),
        "%s %s %s"
            .formatted(
                System.getProperty("os.name"),
                System.getProperty("os.version"),
                System.getProperty("os.arch")),
        Runtime.getRuntime().availableProcessors());
  }

  private static String version() {
    return Optional.ofNullable(RunManifest.class.getPackage().getImplementationVersion())
        .orElse("development");
  }

  String toJson() {
    try {
      return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(this);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a manifest is plain data", e);
    }
  }

  /**
   * @throws EspalierException ({@link FailureCode#IO}) that names the file
   */
  static RunManifest read(Path file) {
    try {
      return JSON.readValue(Files.readString(file), RunManifest.class);
    } catch (JsonProcessingException e) {
      throw new EspalierException(
          FailureCode.IO,
          "%s is no manifest of a run: %s".formatted(file, e.getOriginalMessage()),
          e);
    } catch (IOException e) {
      throw EspalierException.cannot("read", file, e);
    }
  }
}
