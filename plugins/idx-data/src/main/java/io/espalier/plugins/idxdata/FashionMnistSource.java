package io.espalier.plugins.idxdata;

import io.espalier.api.Dataset;
import io.espalier.api.DatasetSource;
import io.espalier.api.Description;
import org.pf4j.Extension;

/**
 * Fashion-MNIST: 60,000 + 10,000 grey images of clothes, 28x28, 10 classes. A sample is 1x28x28, 0
 * to 1.
 *
 * <p>Source: H. Xiao, K. Rasul and R. Vollgraf, "Fashion-MNIST: a novel image dataset for
 * benchmarking machine learning algorithms", arXiv:1708.07747, 2017.
 */
@Extension
public final class FashionMnistSource implements DatasetSource {
  private final IdxSearch search;

  public FashionMnistSource() {
    this(new IdxSearch(IdxSet.FASHION_MNIST, IdxSet.KNOWN, Fetching.standard()));
  }

  FashionMnistSource(IdxSearch search) {
    this.search = search;
  }

  @Override
  public Description description() {
    return Description.of(
        IdxSet.FASHION_MNIST.name(),
        "Fashion-MNIST: 70,000 pictures of clothes, 28x28 grey, 10 classes (31 MB to fetch)");
  }

  @Override
  public Dataset open(Request request) {
    return search.open(request);
  }
}
