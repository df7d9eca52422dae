package io.espalier.bench.structured;

import io.espalier.api.ChannelGroup;
import io.espalier.api.ChannelSlice;
import io.espalier.api.Edit;
import io.espalier.api.Model;
import io.espalier.api.Tensor;
import io.espalier.core.ChannelGoal;
import io.espalier.core.ChannelPlanner;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Plans that take half of each group, by the L2 norm of the weights. */
final class Halves {
  private static final ChannelGoal GOAL =
      new ChannelGoal(
          ChannelGoal.Mode.DEPENDENCY_AWARE,
          ChannelGoal.Reduction.MEAN,
          ChannelGoal.Normalisation.MEAN,
          1,
          1,
          1);

  private Halves() {}

  static List<Edit.RemoveChannels> of(Model model, List<ChannelGroup> groups) {
    List<ChannelPlanner.Candidate> candidates = new ArrayList<>();
    for (ChannelGroup group : groups) {
      if (group.frozen().isEmpty()) {
        List<float[]> scores = new ArrayList<>();
        for (ChannelSlice slice : group.slices(ChannelSlice.Role.MAKES)) {
          scores.add(norms(model.tensor(slice.tensor()), slice, group.channels()));
        }
        candidates.add(new ChannelPlanner.Candidate(group, scores, Optional.empty(), 1, ""));
      }
    }
    return new ChannelPlanner(candidates, GOAL).plan(0.5, 1);
  }

  private static float[] norms(Tensor tensor, ChannelSlice slice, int channels) {
    int behind = 1;
    for (int axis = slice.axis() + 1; axis < tensor.shape().rank(); axis++) {
      behind *= (int) tensor.shape().dim(axis);
    }
    int block = behind * (int) tensor.shape().dim(slice.axis());
    double[] sums = new double[block / behind];
    FloatBuffer values = tensor.floats();
    float[] row = new float[block];
    for (int start = 0; start < values.limit(); start += block) {
      values.get(start, row);
      for (int i = 0; i < sums.length; i++) {
        float sum = 0;
        for (int j = i * behind; j < (i + 1) * behind; j++) {
          sum += row[j] * row[j];
        }
        sums[i] += sum;
      }
    }
    float[] norms = new float[channels];
    for (int channel = 0; channel < channels; channel++) {
      double sum = 0;
      for (int i = 0; i < slice.perChannel(); i++) {
        sum += sums[slice.index(channel, i)];
      }
      norms[channel] = (float) Math.sqrt(sum);
    }
    return norms;
  }
}
