package io.espalier.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunStoreTest {
  @TempDir Path folder;

  @Test
  void idsAreReadableAndSortByAge() {
    String id = RunStore.newId("My Net (v2)", Instant.parse("2026-11-22T10:15:30Z"));
    assertThat(id).matches("20261122-101530-my-net-v2-[0-9a-z]{4}");
    assertThat(RunStore.newId("a", Instant.parse("2026-11-22T10:15:31Z"))).isGreaterThan(id);
  }

  @Test
  void idsOfNamelessScenariosAreFine() {
    assertThat(RunStore.newId("§§", Instant.EPOCH)).matches("19700101-000000-run-[0-9a-z]{4}");
  }

  @Test
  void aStoreOfNothingIsEmptyAndWritesNothing() {
    RunStore store = new RunStore(folder.resolve("runs"));
    assertThat(store.list()).isEmpty();
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void onlyFoldersWithAScenarioAreRuns() throws IOException {
    RunStore store = new RunStore(folder);
    for (String id : new String[] {"b", "a", "c"}) {
      Files.writeString(store.create(id).scenario(), "{}");
    }
    store.create("unfinished");
    assertThat(store.list()).extracting(RunFolder::id).containsExactly("a", "b", "c");
    assertThat(store.find("unfinished")).isEmpty();
  }

  @Test
  void namesDoNotLeadOutOfTheStore() throws IOException {
    Files.writeString(folder.resolve("scenario.json"), "{}");
    RunStore store = new RunStore(folder.resolve("runs"));
    assertThat(store.find("..")).isEmpty();
    assertThat(store.find("../runs")).isEmpty();
    assertThat(store.find("")).isEmpty();
  }

  @Test
  void aMissingRunIsNotFound() {
    assertThatThrownBy(() -> new RunStore(folder).get("r1"))
        .isInstanceOfSatisfying(
            EspalierException.class, e -> assertThat(e.code()).isEqualTo(FailureCode.NOT_FOUND))
        .hasMessageContaining("r1")
        .hasMessageContaining(folder.toString());
  }

  @Test
  void aRunIsNotMadeTwice() {
    RunStore store = new RunStore(folder);
    store.create("r1");
    assertThatThrownBy(() -> store.create("r1"))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("is there already");
  }

  @Test
  void aStoreThatCannotBeWrittenNamesTheFolder() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "in the way");
    assertThatThrownBy(() -> new RunStore(file).create("r1"))
        .isInstanceOfSatisfying(
            EspalierException.class, e -> assertThat(e.code()).isEqualTo(FailureCode.IO))
        .hasMessageContaining(file.toString());
  }
}
