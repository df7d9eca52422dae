package io.espalier.plugins.kmeans;

import io.espalier.api.Clusterer;
import io.espalier.api.Codebook;
import io.espalier.api.Description;
import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.api.Layer;
import io.espalier.api.Mask;
import io.espalier.api.NdTensors;
import io.espalier.api.Parameter;
import io.espalier.api.ParameterException;
import io.espalier.api.Parameters;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import org.pf4j.Extension;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shares values by one-dimensional k-means: Lloyd's iteration ({@link Lloyd}), by default from
 * k-means++ seeds ({@link PlusPlus}), run until nothing changes.
 *
 * <p>Zeros stay zeros: where a layer has any, one value of the codebook is a fixed 0 that holds all
 * of them and nothing else, and the other values are fitted to the weights that are not zero.
 *
 * <p>Errors of weights of more importance count more, as in [4], where it is the Hessian's
 * diagonal: values come closer to weights that the loss feels.
 *
 * <p>[1] S. Lloyd: Least Squares Quantization in PCM, IEEE Transactions on Information Theory 28,
 * 1982. [2] D. Arthur, S. Vassilvitskii: k-means++: The Advantages of Careful Seeding, SODA 2007.
 * [3] S. Han, H. Mao, W. Dally: Deep Compression, ICLR 2016, for weight sharing itself. [4] Y.
 * Choi, M. El-Khamy, J. Lee: Towards the Limit of Network Quantization, ICLR 2017.
 */
@Extension
public final class KMeansClusterer implements Clusterer {
  private static final Logger LOG = LoggerFactory.getLogger(KMeansClusterer.class);

  static final Parameter<Integer> CLUSTERS =
      Parameter.integer("clusters", "values that a layer's weights may have, zero included")
          .or(32)
          .atLeast(2)
          .atMost(Codebook.MAX_VALUES)
          .alsoNamed("numberOfClusters", "clustersNumber");
  static final Parameter<String> INITIALISATION =
      Parameter.choice("initialisation", "where the centroids start", Initialisation.words())
          .or(Initialisation.K_MEANS_PLUS_PLUS.word())
          .alsoNamed("clusterCentroidsInit")
          .alsoWritten("LINEAR", Initialisation.LINEAR.word())
          .alsoWritten("RANDOM", Initialisation.RANDOM.word())
          .alsoWritten("DENSITY_BASED", Initialisation.DENSITY.word())
          .alsoWritten("KMEANS_PLUS_PLUS", Initialisation.K_MEANS_PLUS_PLUS.word())
          .alsoWritten("OPTIMAL", Initialisation.OPTIMAL.word());
  static final Parameter<Boolean> PRESERVE_SPARSITY =
      Parameter.bool("preserveSparsity", "whether zero weights stay exactly zero").or(true);
  static final Parameter<Boolean> PER_CHANNEL =
      Parameter.bool("perChannel", "whether each output channel has values of its own")
          .or(false)
          .alsoNamed("clusterPerChannel");
  static final Parameter<Integer> MAX_ITERATIONS =
      Parameter.integer("maxIterations", "iterations after which to stop, converged or not")
          .or(20_000)
          .atLeast(1);

  @Override
  public Description description() {
    return Description.of(
        "k-means",
        "Gives weights the nearest of a few values, fitted by k-means.",
        CLUSTERS,
        INITIALISATION,
        PRESERVE_SPARSITY,
        PER_CHANNEL,
        MAX_ITERATIONS);
  }

  /**
   * @throws ParameterException for more clusters than weights, or if the sparsity of a masked layer
   *     is not to be preserved
   */
  @Override
  public Codebook cluster(Request request) {
    float[] weights = NdTensors.values(request.weights());
    requireFits(request.layer(), request.clusters(), request.parameters());
    requireNumbers(request, weights);
    BitSet zeros = zeros(request, weights);
    if (zeros.cardinality() == weights.length) {
      return new Codebook(
          request.layer().weight(),
          request.layer().shape(),
          new float[1],
          new char[weights.length],
          OptionalInt.of(0));
    }
    if (request.parameters().get(PER_CHANNEL) && request.layer().outputs() > 1) {
      return byChannel(request, weights, zeros);
    }
    return codebook(request, weights, zeros, fit(request, weights, zeros, zeros));
  }

  /**
   * A codebook of all channels: its zero, if there is one, and then the values of each channel in
   * turn.
   */
  private static Codebook byChannel(Request request, float[] weights, BitSet zeros) {
    Layer layer = request.layer();
    int channels = layer.outputs();
    int inner = 1;
    for (int axis = layer.outputAxis() + 1; axis < layer.shape().rank(); axis++) {
      inner *= (int) layer.shape().dim(axis);
    }
    List<float[]> centroids = new ArrayList<>();
    char[] indices = new char[weights.length];
    int first = zeros.isEmpty() ? 0 : 1;
    for (int c = 0; c < channels; c++) {
      BitSet others = new BitSet();
      for (int i = 0; i < weights.length; i++) {
        if (i / inner % channels != c || zeros.get(i)) {
          others.set(i);
        }
      }
      if (others.cardinality() < weights.length) {
        Fit fit = fit(request, weights, others, zeros);
        centroids.add(fit.centroids());
        requireRoom(request, first + fit.centroids().length);
        for (int i = others.nextClearBit(0); i < weights.length; i = others.nextClearBit(i + 1)) {
          indices[i] = (char) (first + fit.cluster(weights[i]));
        }
        first += fit.centroids().length;
      }
    }
    float[] values = new float[first];
    int at = zeros.isEmpty() ? 0 : 1;
    for (float[] own : centroids) {
      System.arraycopy(own, 0, values, at, own.length);
      at += own.length;
    }
    return new Codebook(
        layer.weight(),
        layer.shape(),
        values,
        indices,
        zeros.isEmpty() ? OptionalInt.empty() : OptionalInt.of(0),
        OptionalInt.of(layer.outputAxis()));
  }

  private static void requireRoom(Request request, int values) {
    if (values > Codebook.MAX_VALUES) {
      throw new ParameterException(
          PER_CHANNEL.name(),
          "layer '%s' has %d channels, too many for %d values each (allowed: %d values in all)"
              .formatted(
                  request.layer().name(),
                  request.layer().outputs(),
                  clusters(request),
                  Codebook.MAX_VALUES));
    }
  }

  @Override
  public void requireFits(Layer layer, OptionalInt count, Parameters parameters) {
    int clusters = count.orElse(parameters.get(CLUSTERS));
    boolean perChannel = parameters.get(PER_CHANNEL);
    if (perChannel && layer.shape().rank() < 2) {
      throw new ParameterException(
          PER_CHANNEL.name(),
          "true is not allowed for '%s', a row of weights without channels (allowed: false)"
              .formatted(layer.name()));
    }
    long most = perChannel ? layer.shape().size() / layer.outputs() : layer.shape().size();
    if (clusters > most) {
      throw new ParameterException(
          CLUSTERS.name(),
          "%d is not allowed for layer '%s' with %d weights%s (allowed: at most one for each weight)"
              .formatted(clusters, layer.name(), most, perChannel ? " a channel" : ""));
    }
  }

  private static void requireNumbers(Request request, float[] weights) {
    for (int i = 0; i < weights.length; i++) {
      if (!Float.isFinite(weights[i])) {
        throw new EspalierException(
            FailureCode.MODEL,
            "layer '%s': weight %d of '%s' is %s, which no cluster can hold"
                .formatted(request.layer().name(), i, request.layer().weight(), weights[i]));
      }
    }
  }

  /** Which weights are held at zero. */
  private static BitSet zeros(Request request, float[] weights) {
    boolean preserve = request.parameters().get(PRESERVE_SPARSITY);
    BitSet zeros = request.mask().map(KMeansClusterer::pruned).orElseGet(BitSet::new);
    if (!preserve && !zeros.isEmpty()) {
      throw new ParameterException(
          PRESERVE_SPARSITY.name(),
          "false is not allowed for layer '%s', whose weights are pruned (allowed: true)"
              .formatted(request.layer().name()));
    }
    for (int i = 0; preserve && i < weights.length; i++) {
      if (weights[i] == 0) {
        zeros.set(i);
      }
    }
    return zeros;
  }

  private static BitSet pruned(Mask mask) {
    BitSet pruned = BitSet.valueOf(mask.toBytes());
    pruned.flip(0, mask.size());
    return pruned;
  }

  private static float[] others(float[] weights, BitSet left) {
    float[] others = new float[weights.length - left.cardinality()];
    int count = 0;
    for (int i = 0; i < weights.length; i++) {
      if (!left.get(i)) {
        others[count++] = weights[i];
      }
    }
    return others;
  }

  /**
   * Fits the weights that are not left out. Where nothing of these is of importance, all count
   * alike.
   */
  private static Fit fit(Request request, float[] weights, BitSet left, BitSet zeros) {
    Parameters parameters = request.parameters();
    int clusters = clusters(request) - (zeros.isEmpty() ? 0 : 1);
    float[] others = others(weights, left);
    SortedValues values =
        request
            .importance()
            .map(importance -> others(NdTensors.values(importance), left))
            .filter(KMeansClusterer::hasMass)
            .map(masses -> SortedValues.weighted(others, masses))
            .orElseGet(() -> new SortedValues(others));
    float[] start =
        Initialisation.of(parameters.get(INITIALISATION))
            .centroids(values, clusters, new SplittableRandom(request.seed()));
    Fit fit = new Lloyd(values, clusters).fit(start, parameters.get(MAX_ITERATIONS));
    if (!fit.converged()) {
      LOG.warn(
          "layer '{}': k-means has not converged after {} iterations ({})",
          request.layer().name(),
          fit.iterations(),
          MAX_ITERATIONS.name());
    }
    return fit;
  }

  private static boolean hasMass(float[] masses) {
    for (float mass : masses) {
      if (mass > 0) {
        return true;
      }
    }
    return false;
  }

  private static int clusters(Request request) {
    return request.clusters().orElse(request.parameters().get(CLUSTERS));
  }

  /** The centroids in ascending order, with a 0 among them if there are zeros. */
  private static Codebook codebook(Request request, float[] weights, BitSet zeros, Fit fit) {
    float[] centroids = fit.centroids();
    int zero = zeros.isEmpty() ? centroids.length : fit.below(0);
    float[] values = centroids;
    if (!zeros.isEmpty()) {
      values = new float[centroids.length + 1];
      System.arraycopy(centroids, 0, values, 0, zero);
      System.arraycopy(centroids, zero, values, zero + 1, centroids.length - zero);
    }
    char[] indices = new char[weights.length];
    for (int i = 0; i < indices.length; i++) {
      int cluster = zeros.get(i) ? zero : fit.cluster(weights[i]);
      indices[i] = (char) (zeros.get(i) || cluster < zero ? cluster : cluster + 1);
    }
    return new Codebook(
        request.layer().weight(),
        request.layer().shape(),
        values,
        indices,
        zeros.isEmpty() ? OptionalInt.empty() : OptionalInt.of(zero));
  }
}
