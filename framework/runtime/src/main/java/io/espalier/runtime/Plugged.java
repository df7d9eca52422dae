package io.espalier.runtime;

import io.espalier.api.EspalierException;
import io.espalier.api.Extension;
import io.espalier.api.FailureCode;
import io.espalier.api.ParameterException;
import io.espalier.api.Parameters;
import io.espalier.api.Progress;
import io.espalier.runtime.plugin.ExtensionCatalog;
import io.espalier.runtime.plugin.ExtensionKind;
import io.espalier.runtime.scenario.Use;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * An extension in its place in a scenario, with its checked parameters. All calls of it go through
 * here, so that whatever a plugin throws becomes a typed failure that says where it comes from: a
 * complaint about a parameter names the parameter's place in the scenario, everything that is no
 * {@link EspalierException} becomes {@link FailureCode#PLUGIN}.
 *
 * @param <E> the extension point
 */
final class Plugged<E extends Extension> {
  private final E extension;
  private final Parameters parameters;
  private final Place place;

  private Plugged(E extension, Parameters parameters, Place place) {
    this.extension = extension;
    this.parameters = parameters;
    this.place = place;
  }

  /**
   * A new instance of an extension that a scenario names.
   *
   * @param path where the scenario names it, such as {@code stages[1].pruner}
   * @param stage the stage's name; empty for what belongs to no stage
   * @throws EspalierException if there is no such extension or its parameters are not allowed
   */
  static <E extends Extension> Plugged<E> of(
      ExtensionCatalog catalog, Class<E> type, Use use, String path, String stage) {
    Place place = place(type, use.id(), path, stage);
    E extension = place.creating(() -> catalog.create(type, use.id()));
    Parameters parameters =
        place.calling(() -> Parameters.of(extension.description(), use.parameters()));
    return new Plugged<>(extension, parameters, place);
  }

  /**
   * A new instance of an extension that is to read a file, for which it takes no parameters.
   *
   * @param path where it is asked for
   * @throws EspalierException if there is no such extension
   */
  static <E extends Extension> Plugged<E> reader(
      ExtensionCatalog catalog, Class<E> type, String id, String path) {
    Place place = place(type, id, path, "");
    E extension = place.creating(() -> catalog.create(type, id));
    return new Plugged<>(extension, Parameters.of("", List.of(), Map.of()), place);
  }

  private static Place place(
      Class<? extends Extension> type, String id, String path, String stage) {
    return new Place(ExtensionKind.of(type).id(), id, path, stage, ExtensionWatch.current());
  }

  String id() {
    return place.id;
  }

  Parameters parameters() {
    return parameters;
  }

  /** Calls the extension. */
  <T> T call(Function<E, T> work) {
    return place.calling(() -> work.apply(extension));
  }

  /** Calls the extension for what it does or refuses, not for what it gives. */
  void run(Consumer<E> work) {
    place.calling(
        () -> {
          work.accept(extension);
          return extension;
        });
  }

  /** Does the framework's work that the extension calls for: no time counts against it. */
  void inFramework(Runnable work) {
    place.watch.ifPresentOrElse(watch -> watch.inFramework(work), work);
  }

  /** A progress that is a sign of the extension's life. */
  Progress watched(Progress progress) {
    return new Progress() {
      @Override
      public void at(String what, long done, long total) {
        inFramework(() -> progress.at(what, done, total));
      }

      @Override
      public void note(String message) {
        inFramework(() -> progress.note(message));
      }
    };
  }

  /**
   * The extension broke its contract.
   *
   * @param problem what it did, without a subject, such as {@code made 90 of 100 steps}
   */
  EspalierException broken(String problem) {
    return new EspalierException(FailureCode.PLUGIN, place + " " + problem);
  }

  /** A failure of the host that the extension's figures cause, with the place put before it. */
  EspalierException at(EspalierException failure) {
    return new EspalierException(failure.code(), place.path + ": " + failure.getMessage(), failure);
  }

  private interface Call<T> {
    T run();
  }

  private record Place(
      String kind, String id, String path, String stage, Optional<ExtensionWatch> watch) {
    private <T> T watched(Call<T> call) {
      return watch.isPresent() ? watch.get().calling(toString(), call::run) : call.run();
    }

    <T> T creating(Call<T> call) {
      try {
        return watched(call);
      } catch (EspalierException e) {
        throw new EspalierException(e.code(), path + ": " + e.getMessage(), e);
      } catch (Exception | Error e) {
        throw thrown(e);
      }
    }

    <T> T calling(Call<T> call) {
      T result;
      try {
        result = watched(call);
      } catch (ParameterException e) {
        throw new EspalierException(
            e.code(), "%s.parameters.%s: %s".formatted(path, e.parameter(), e.problem()), e);
      } catch (EspalierException e) {
        throw e;
      } catch (Exception | Error e) {
        throw thrown(e);
      }
      if (result == null) {
        throw new EspalierException(FailureCode.PLUGIN, this + " returned nothing (null)");
      }
      return result;
    }

    private EspalierException thrown(Throwable cause) {
      return new EspalierException(FailureCode.PLUGIN, this + " failed: " + cause, cause);
    }

    /** For instance {@code pruner 'magnitude' of stage 'prune'}. */
    @Override
    public String toString() {
      return kind + " '" + id + "'" + (stage.isEmpty() ? "" : " of stage '" + stage + "'");
    }
  }
}
