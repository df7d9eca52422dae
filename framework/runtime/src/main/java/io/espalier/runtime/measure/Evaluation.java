package io.espalier.runtime.measure;

/**
 * How well a classifier does on a split of a data set.
 *
 * @param samples how many were classified
 * @param accuracy share classified right, 0 to 1; the class with the highest score counts, the
 *     first of equal ones
 * @param loss mean cross-entropy of the softmax of the scores, in nats
 * @param confusion counts by actual and predicted class
 */
public record Evaluation(int samples, double accuracy, double loss, ConfusionMatrix confusion) {}
