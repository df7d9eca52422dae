package io.espalier.plugins.idxdata;

import io.espalier.api.Dataset;
import io.espalier.api.DatasetSource;
import io.espalier.api.Description;
import org.pf4j.Extension;

/**
 * MNIST: 60,000 + 10,000 grey images of handwritten digits, 28x28, 10 classes. A sample is 1x28x28,
 * 0 to 1.
 *
 * <p>Source: Y. LeCun, L. Bottou, Y. Bengio and P. Haffner, "Gradient-based learning applied to
 * document recognition", Proceedings of the IEEE 86(11), 1998.
 */
@Extension
public final class MnistSource implements DatasetSource {
  private final IdxSearch search;

  public MnistSource() {
    this(new IdxSearch(IdxSet.MNIST, IdxSet.KNOWN, Fetching.standard()));
  }

  MnistSource(IdxSearch search) {
    this.search = search;
  }

  @Override
  public Description description() {
    return Description.of(
        IdxSet.MNIST.name(),
        "MNIST: 70,000 handwritten digits, 28x28 grey, 10 classes (11 MB to fetch)");
  }

  @Override
  public Dataset open(Request request) {
    return search.open(request);
  }
}
