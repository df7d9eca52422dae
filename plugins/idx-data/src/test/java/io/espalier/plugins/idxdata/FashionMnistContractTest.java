package io.espalier.plugins.idxdata;

import io.espalier.api.DatasetSource;
import io.espalier.api.Progress;
import io.espalier.testkit.DatasetSourceContract;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The contract of data sources, on a small set in place of the original. */
class FashionMnistContractTest extends DatasetSourceContract {
  private static final ToySet TOY = ToySet.of("toy", 1);

  @Override
  protected DatasetSource source() {
    return new FashionMnistSource(new IdxSearch(TOY.set(), List.of(TOY.set()), ToySet.quick()));
  }

  @Override
  protected DatasetSource.Request present(Path empty) throws IOException {
    return new DatasetSource.Request(
        parameters(),
        Optional.of(TOY.into(empty.resolve("given"))),
        empty.resolve("cache"),
        false,
        Progress.NONE);
  }
}
