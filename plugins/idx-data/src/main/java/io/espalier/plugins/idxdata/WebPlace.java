package io.espalier.plugins.idxdata;

import io.espalier.api.Dataset;
import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.api.Progress;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * A network folder: the files that the cache lacks are fetched from it, each checked before it gets
 * its name.
 *
 * @param base address of the folder, ending with a slash
 * @param cache the data set's folder of the cache
 */
record WebPlace(IdxReader reader, URI base, Path cache, Fetching fetching) implements Place {
  /** Compressed, a file is at most this much larger than what it holds. */
  private static final int SLACK = 1 << 20;

  private static final int THREADS = 2;

  @Override
  public String name() {
    return base.toString();
  }

  @Override
  public boolean slow() {
    return true;
  }

  @Override
  public Dataset open(Progress progress) throws UnavailableException {
    try (CacheLock lock = CacheLock.of(cache, fetching.command(), progress)) {
      progress.note(
          "fetching %s from %s into %s".formatted(reader.set().name(), base, lock.folder()));
      HttpClient client = client();
      for (IdxFile file : reader.missing(cache)) {
        fetch(client, file, progress);
      }
      return reader.open(cache);
    }
  }

  private void fetch(HttpClient client, IdxFile file, Progress progress)
      throws UnavailableException {
    Path target = cache.resolve(file.compressed());
    long limit = reader.set().content(file).bytes() + SLACK;
    Download download =
        new Download(client, base.resolve(file.compressed()), target, limit, fetching);
    Part part = download.run(progress);
    try {
      reader.check(part.file(), file);
      part.keep();
    } catch (EspalierException e) {
      part.discard();
      if (e.code() != FailureCode.DATA) {
        throw e;
      }
      throw new UnavailableException(
          "what it sends for %s was refused and removed: %s"
              .formatted(file.compressed(), e.getMessage()),
          e);
    }
  }

  /** A client whose few threads end by themselves once idle. */
  private HttpClient client() {
    ThreadPoolExecutor threads =
        new ThreadPoolExecutor(
            THREADS,
            THREADS,
            1,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            work -> {
              Thread thread = new Thread(work, "espalier-fetch");
              thread.setDaemon(true);
              return thread;
            });
    threads.allowCoreThreadTimeOut(true);
    return HttpClient.newBuilder()
        .version(HttpClient.Version.HTTP_1_1)
        .followRedirects(HttpClient.Redirect.NORMAL)
        .connectTimeout(fetching.connect())
        .executor(threads)
        .build();
  }
}
