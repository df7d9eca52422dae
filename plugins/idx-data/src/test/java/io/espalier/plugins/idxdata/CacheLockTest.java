package io.espalier.plugins.idxdata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CacheLockTest {
  private static final Duration SHORT = Duration.ofMillis(100);

  private final Heard heard = new Heard();

  @Test
  void patienceEnds(@TempDir Path folder) throws Exception {
    try (CacheLock held = CacheLock.of(folder, SHORT, heard)) {
      assertThatThrownBy(() -> CacheLock.of(held.folder(), SHORT, heard))
          .isInstanceOf(UnavailableException.class)
          .hasMessage("another process has been fetching into " + folder + " for more than 0.1 s");
    }
  }

  @Test
  void onceClosedTheFolderIsFree(@TempDir Path folder) throws Exception {
    CacheLock.of(folder, SHORT, heard).close();

    try (CacheLock again = CacheLock.of(folder, SHORT, heard)) {
      assertThat(again.folder()).isEqualTo(folder);
      assertThat(heard.notes).isEmpty();
    }
  }
}
