package io.espalier.plugins.idxdata;

import java.net.URI;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A data set in idx form: what its files hold and where they can be had.
 *
 * @param name such as {@code mnist}; also the folder it lies in
 * @param classNames by label
 * @param contents what each of the four files holds once decompressed
 * @param bases network folders of the compressed files, best first, each ending with a slash
 * @param debian the Debian package that brings it, if there is one
 */
record IdxSet(
    String name,
    List<String> classNames,
    Map<IdxFile, Content> contents,
    List<URI> bases,
    Optional<DebianPackage> debian) {

  /**
   * What a file holds once decompressed.
   *
   * @param bytes how many
   * @param sha256 their sum, hexadecimal
   */
  record Content(long bytes, String sha256) {}

  /** Names of the classes of handwritten digits. */
  static final List<String> DIGITS = List.of("0", "1", "2", "3", "4", "5", "6", "7", "8", "9");

  static final IdxSet MNIST =
      of(
          "mnist",
          DIGITS,
          List.of(
              "https://ossci-datasets.s3.amazonaws.com/mnist/",
              "https://storage.googleapis.com/cvdf-datasets/mnist/"),
          Optional.empty(),
          "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
          "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
          "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
          "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2");

  static final IdxSet FASHION_MNIST =
      of(
          "fashion-mnist",
          List.of(
              "T-shirt/top",
              "Trouser",
              "Pullover",
              "Dress",
              "Coat",
              "Sandal",
              "Shirt",
              "Sneaker",
              "Bag",
              "Ankle boot"),
          List.of("http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/"),
          Optional.of(
              new DebianPackage("dataset-fashion-mnist", "/usr/share/datasets/fashion-mnist")),
          "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
          "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
          "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
          "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34");

  /** The data sets that files are recognized as. */
  static final List<IdxSet> KNOWN = List.of(MNIST, FASHION_MNIST);

  IdxSet {
    classNames = List.copyOf(classNames);
    contents = Map.copyOf(contents);
    bases = List.copyOf(bases);
  }

  /** What a file must hold. */
  Content content(IdxFile file) {
    Content content = contents.get(file);
    if (content == null) {
      throw new IllegalStateException(name + " does not say what " + file.label() + " holds");
    }
    return content;
  }

  private static IdxSet of(
      String name,
      List<String> classNames,
      List<String> bases,
      Optional<DebianPackage> debian,
      String... sums) {
    long[] bytes = {47_040_016, 60_008, 7_840_016, 10_008};
    Map<IdxFile, Content> contents = new EnumMap<>(IdxFile.class);
    for (IdxFile file : IdxFile.values()) {
      contents.put(file, new Content(bytes[file.ordinal()], sums[file.ordinal()]));
    }
    return new IdxSet(name, classNames, contents, bases.stream().map(URI::create).toList(), debian);
  }
}
