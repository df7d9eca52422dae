package io.espalier.plugins.idxdata;

import io.espalier.api.Dataset;
import io.espalier.api.DatasetSource;
import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Looks for a data set: in the folder that the user named, the cache, the folder of a Debian
 * package, on the network, in a package that apt fetches. What is fetched goes to the cache.
 *
 * @param set what is looked for
 * @param known the data sets that files are recognized as
 */
record IdxSearch(IdxSet set, List<IdxSet> known, Fetching fetching) {
  /**
   * Start of the name of the system property that names a mirror; the set's name and this follow.
   */
  private static final String PROPERTY = "espalier.data.";

  private static final String PROPERTY_END = ".url";

  IdxSearch {
    known = List.copyOf(known);
  }

  /**
   * Opens the data set from the first place that has it.
   *
   * @throws EspalierException ({@link FailureCode#NOT_FOUND}) if no place has it, with every place
   *     and why it has not; ({@link FailureCode#DATA}) if the user's own files are broken
   */
  Dataset open(DatasetSource.Request request) {
    List<String> tried = new ArrayList<>();
    for (Place place : places(request)) {
      try {
        return place.open(request.progress());
      } catch (UnavailableException e) {
        String failed = place.name() + ": " + e.reason();
        tried.add(failed);
        if (place.slow()) {
          request.progress().note(set.name() + " is not in " + failed);
        }
      }
    }
    if (!request.mayFetch()) {
      tried.add("the network: not asked, because fetching is not allowed");
    }
    throw nowhere(tried, request.mayFetch());
  }

  private List<Place> places(DatasetSource.Request request) {
    IdxReader reader = new IdxReader(set, known);
    Path cache = absolute(request.cache()).resolve(set.name());
    List<Place> places = new ArrayList<>();
    request.dataDir().ifPresent(folder -> places.add(FolderPlace.named(reader, absolute(folder))));
    places.add(FolderPlace.cached(reader, cache));
    set.debian().ifPresent(debian -> places.add(FolderPlace.installed(reader, debian)));
    if (request.mayFetch()) {
      for (URI base : bases()) {
        places.add(new WebPlace(reader, base, cache, fetching));
      }
      set.debian().ifPresent(debian -> places.add(new AptPlace(reader, debian, cache, fetching)));
    }
    return places;
  }

  private static Path absolute(Path path) {
    return path.toAbsolutePath().normalize();
  }

  private String property() {
    return PROPERTY + set.name() + PROPERTY_END;
  }

  private List<URI> bases() {
    return Optional.ofNullable(System.getProperty(property()))
        .filter(text -> !text.isBlank())
        .map(text -> List.of(mirror(text.strip())))
        .orElse(set.bases());
  }

  private URI mirror(String text) {
    try {
      URI uri = new URI(text.endsWith("/") ? text : text + "/");
      String scheme = String.valueOf(uri.getScheme());
      if (uri.getHost() != null
          && (scheme.equalsIgnoreCase("http") || scheme.equalsIgnoreCase("https"))) {
        return uri;
      }
      throw new URISyntaxException(text, "no http or https address");
    } catch (URISyntaxException e) {
      throw new EspalierException(
          FailureCode.USAGE,
          "system property %s is '%s' (allowed: http or https address of a folder)"
              .formatted(property(), text),
          e);
    }
  }

  private EspalierException nowhere(List<String> tried, boolean mayFetch) {
    String files =
        Arrays.stream(IdxFile.values()).map(IdxFile::label).collect(Collectors.joining(", "));
    String install =
        set.debian()
            .map(debian -> " Or install the Debian package " + debian.name() + ".")
            .orElse("");
    String fetch =
        mayFetch ? "Or name a mirror with -D" + property() + "=<address>." : "Or allow fetching.";
    return new EspalierException(
        FailureCode.NOT_FOUND,
        """
        data set '%s' is nowhere to be had. Looked into:
        %s
        Put the four files %s (each as it is or as .gz) into a folder and name it with \
        --data-dir.%s %s Data set 'digits' needs no files."""
            .formatted(
                set.name(),
                tried.stream().map(line -> "  - " + line).collect(Collectors.joining("\n")),
                files,
                install,
                fetch));
  }
}
