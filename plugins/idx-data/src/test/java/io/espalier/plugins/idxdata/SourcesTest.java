package io.espalier.plugins.idxdata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.api.Progress;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SourcesTest {
  @Test
  void thePluginManagerFindsTheThreeSources() throws IOException {
    StringBuilder lists = new StringBuilder();
    for (URL url :
        Collections.list(
            DigitsSource.class.getClassLoader().getResources("META-INF/extensions.idx"))) {
      try (InputStream in = url.openStream()) {
        lists.append(new String(in.readAllBytes(), StandardCharsets.UTF_8)).append('\n');
      }
    }
    assertThat(lists.toString().lines())
        .contains(
            MnistSource.class.getName(),
            FashionMnistSource.class.getName(),
            DigitsSource.class.getName());
  }

  @Test
  void theirIdsAreTheNamesOfTheDataSets() {
    assertThat(List.of(new MnistSource(), new FashionMnistSource(), new DigitsSource()))
        .extracting(source -> source.description().id())
        .containsExactly("mnist", "fashion-mnist", "digits");
  }

  @Test
  void clothesHaveTheNamesThatTheirAuthorsGaveThem() {
    assertThat(IdxSet.FASHION_MNIST.classNames())
        .hasSize(10)
        .startsWith("T-shirt/top", "Trouser")
        .endsWith("Bag", "Ankle boot");
  }

  @Test
  void aSourceAsksItsServerAndRefusesWhatIsNotTheOriginal(@TempDir Path cache) {
    try (FileServer server = new FileServer().serve(ToySet.of("mnist", 1))) {
      IdxSet set =
          new IdxSet(
              "mnist",
              IdxSet.DIGITS,
              IdxSet.MNIST.contents(),
              List.of(server.base()),
              Optional.empty());
      MnistSource source = new MnistSource(new IdxSearch(set, IdxSet.KNOWN, ToySet.quick()));

      assertThatThrownBy(
              () -> source.open(ToySet.request(Optional.empty(), cache, true, Progress.NONE)))
          .hasMessageContaining("data set 'mnist' is nowhere to be had")
          .hasMessageContaining("is not the train-images-idx3-ubyte of mnist");
    }
  }
}
