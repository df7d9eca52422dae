package io.espalier.engine;

import io.espalier.api.Codebook;
import io.espalier.api.Edit;
import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.api.Mask;
import io.espalier.api.Model;
import io.espalier.api.Plan;
import io.espalier.api.Tensor;
import io.espalier.core.Plans;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What a training changes: weights, optimizer state and the constraints on them, in flat arrays
 * that the layout divides. Not safe for several threads, but ranges may be updated side by side.
 */
final class TrainingState {
  private static final int RANGE = 4096;
  private static final int UNROLL = 3;

  private final ParameterLayout layout;
  private final Optimizer optimizer;
  private final float[] weights;
  private float[][] gradients = new float[1][0];
  private final float[] alive;
  private final RunningStatistics running;
  private final Map<String, SharedValues> shared = new LinkedHashMap<>();
  private final GradientAggregation aggregation;
  private List<UpdateRange> ranges = List.of();
  private Model base;

  /**
   * @throws EspalierException ({@link FailureCode#MODEL}) if the model's constraints contradict
   *     each other
   */
  TrainingState(Model model, ParameterLayout layout, OptimizerChoice choice) {
    this(model, layout, choice, new RunningStatistics(Cuts.NONE));
  }

  /**
   * A state whose gradients of shared values are means.
   *
   * @param running statistics, which are part of the model too
   * @throws EspalierException ({@link FailureCode#MODEL}) if the model's constraints contradict
   *     each other
   */
  TrainingState(
      Model model, ParameterLayout layout, OptimizerChoice choice, RunningStatistics running) {
    this(model, layout, choice, running, GradientAggregation.AVG);
  }

  /**
   * @param running statistics, which are part of the model too
   * @param aggregation of the gradients of weights that share a value
   * @throws EspalierException ({@link FailureCode#MODEL}) if the model's constraints contradict
   *     each other
   */
  TrainingState(
      Model model,
      ParameterLayout layout,
      OptimizerChoice choice,
      RunningStatistics running,
      GradientAggregation aggregation) {
    this.layout = layout;
    this.running = running;
    this.aggregation = aggregation;
    this.optimizer = Optimizer.of(choice, layout.length());
    weights = new float[layout.length()];
    alive = new float[layout.length()];
    List<Edit> edits = new ArrayList<>();
    model.masks().values().forEach(mask -> edits.add(new Edit.MaskWeights(mask)));
    model.codebooks().values().forEach(codebook -> edits.add(new Edit.TieWeights(codebook)));
    base = Plans.apply(model, new Plan("the model itself", edits));
    layout.slots().forEach(this::take);
    divide();
  }

  float[] weights() {
    return weights;
  }

  /**
   * Takes the gradients of a batch, to be added up in place.
   *
   * @param byGroup of all parameters; other groups than the first lack those that are written for
   *     the whole batch
   */
  void receive(float[][] byGroup) {
    gradients = byGroup;
  }

  /** Those of the last step or batch, once {@link #reduce} has added up and projected them. */
  float[] gradients() {
    return gradients[0];
  }

  /**
   * A copy of the gradients of a tensor.
   *
   * @throws EspalierException ({@link FailureCode#PLUGIN}) if it is not trained
   */
  Tensor gradient(String name) {
    return layout
        .slot(name)
        .map(slot -> tensor(slot, gradients()))
        .orElseThrow(
            () ->
                new EspalierException(
                    FailureCode.PLUGIN,
                    "the gradient of '%s' was asked for, but the engine trains no tensor of that name in this model"
                        .formatted(name)));
  }

  /** The parts that can be updated side by side. Changes only with {@link #apply}. */
  List<UpdateRange> ranges() {
    return ranges;
  }

  /** Takes weights and constraints of a parameter from the model. */
  private void take(ParameterSlot slot) {
    FloatBuffer values = base.tensor(slot.name()).floats();
    Mask mask = base.masks().get(slot.name());
    Codebook codebook = base.codebooks().get(slot.name());
    int zero = codebook == null ? -1 : codebook.zero().orElse(-1);
    for (int i = 0; i < slot.size(); i++) {
      int at = slot.position(i);
      boolean lives =
          (mask == null || mask.keeps(i)) && (codebook == null || codebook.index(i) != zero);
      weights[at] = values.get(i);
      alive[at] = lives ? 1 : 0;
    }
  }

  /** Ties what shares its values, and divides the parameters into what can be updated alone. */
  private void divide() {
    List<UpdateRange> parts = new ArrayList<>();
    shared.clear();
    Set<String> scales = scales();
    for (ParameterSlot slot : layout.slots()) {
      Codebook codebook = base.codebooks().get(slot.name());
      if (codebook == null) {
        for (int from = slot.offset(); from < slot.end(); from += RANGE) {
          int to = Math.min(slot.end(), from + RANGE);
          UpdateRange.Part part = part(slot, from, to, slot.shape().rank() > 1, scales);
          parts.add(new UpdateRange(List.of(part), Optional.empty()));
        }
        continue;
      }
      String owner = codebook.palette().map(name -> "/" + name).orElse(slot.name());
      SharedValues values = shared.get(owner);
      if (values == null) {
        shared.put(owner, new SharedValues(codebook, slot));
      } else {
        values.add(codebook, slot);
      }
    }
    for (SharedValues values : shared.values()) {
      boolean decays = values.slots().stream().allMatch(slot -> slot.shape().rank() > 1);
      List<UpdateRange.Part> own =
          values.slots().stream()
              .map(slot -> part(slot, slot.offset(), slot.end(), decays, scales))
              .toList();
      parts.add(new UpdateRange(own, Optional.of(values)));
    }
    ranges = List.copyOf(parts);
  }

  private static UpdateRange.Part part(
      ParameterSlot slot, int from, int to, boolean decays, Set<String> scales) {
    return new UpdateRange.Part(from, to, decays, scales.contains(slot.name()));
  }

  /** The scales of the batch normalisations. */
  private Set<String> scales() {
    return base.graph().nodes().stream()
        .filter(node -> node.type().equals("BatchNormalization"))
        .map(node -> node.inputs().get(1))
        .collect(Collectors.toSet());
  }

  /** The first half of an update: adds up the gradients of all groups and projects them. */
  void reduce(UpdateRange range) {
    for (int part = 0; part < range.parts().size(); part++) {
      int to = range.parts().get(part).to();
      boolean byGroup = gradients.length > 1 && to <= gradients[1].length;
      if (byGroup) {
        addGroups(range.parts().get(part).from(), to);
      }
    }
    if (range.shared().isPresent()) {
      range.shared().get().aggregate(gradients(), aggregation);
    }
  }

  private void addGroups(int from, int to) {
    int group = 1;
    for (; group + UNROLL <= gradients.length; group += UNROLL) {
      add(gradients[group], gradients[group + 1], gradients[group + 2], from, to);
    }
    for (; group < gradients.length; group++) {
      add(gradients[group], from, to);
    }
  }

  /** The second half of an update: moves the weights along the gradients that were added up. */
  void move(UpdateRange range, double rate, double decay, int step) {
    for (int i = 0; i < range.parts().size(); i++) {
      UpdateRange.Part part = range.parts().get(i);
      double own = part.decays() ? decay : 0;
      optimizer.update(weights, gradients(), alive, part.from(), part.to(), rate, own, step);
    }
  }

  /** Sum of the squared gradients of the elements that may move; added in order of position. */
  double squares(UpdateRange range) {
    float[] all = gradients();
    double sum = 0;
    for (int part = 0; part < range.parts().size(); part++) {
      for (int i = range.parts().get(part).from(); i < range.parts().get(part).to(); i++) {
        double g = all[i] * alive[i];
        sum += g * g;
      }
    }
    return sum;
  }

  /**
   * Adds to the gradients of batch normalisations' scales those of the sum of their magnitudes,
   * times a factor.
   */
  void penalise(UpdateRange range, double factor) {
    float[] all = gradients();
    for (int p = 0; p < range.parts().size(); p++) {
      UpdateRange.Part part = range.parts().get(p);
      for (int i = part.from(); part.scales() && i < part.to(); i++) {
        all[i] += (float) (factor * Math.signum(weights[i]));
      }
    }
  }

  /** Multiplies the gradients that were added up. */
  void scale(UpdateRange range, float factor) {
    float[] all = gradients();
    for (int part = 0; part < range.parts().size(); part++) {
      for (int i = range.parts().get(part).from(); i < range.parts().get(part).to(); i++) {
        all[i] *= factor;
      }
    }
  }

  private void add(float[] a, float[] b, float[] c, int from, int to) {
    float[] sum = gradients();
    for (int i = from; i < to; i++) {
      sum[i] = (sum[i] + a[i]) + (b[i] + c[i]);
    }
  }

  private void add(float[] a, int from, int to) {
    float[] sum = gradients();
    for (int i = from; i < to; i++) {
      sum[i] += a[i];
    }
  }

  /** Sets the constraints of a plan on weights and optimizer state. */
  void apply(Plan plan) {
    base = Plans.apply(model(), plan);
    List<ParameterSlot> changed =
        plan.edits().stream()
            .map(Edit::tensor)
            .distinct()
            .flatMap(name -> layout.slot(name).stream())
            .toList();
    changed.forEach(this::take);
    divide();
    for (float[] state : optimizer.state().values()) {
      for (SharedValues values : shared.values()) {
        if (values.slots().stream().anyMatch(changed::contains)) {
          values.average(state);
        }
      }
      changed.forEach(slot -> project(state, slot));
    }
  }

  private void project(float[] state, ParameterSlot slot) {
    for (int i = slot.offset(); i < slot.end(); i++) {
      state[i] = alive[i] == 0 ? 0 : state[i];
    }
  }

  /** An immutable copy of the model as it is now. */
  Model model() {
    Model model =
        base.withTensors(layout.slots().stream().map(s -> tensor(s, weights)).toList())
            .withTensors(running.tensors());
    for (SharedValues values : shared.values()) {
      for (Codebook codebook : values.codebooks(weights)) {
        model = model.withConstraint(codebook);
      }
    }
    return model;
  }

  private static Tensor tensor(ParameterSlot slot, float[] from) {
    float[] elements = new float[slot.size()];
    for (int i = 0; i < elements.length; i++) {
      elements[i] = from[slot.position(i)];
    }
    return Tensor.ofFloats(slot.name(), slot.shape(), elements);
  }

  /** Copies of the optimizer's state, one tensor named {@code <slot name>/<tensor>} each. */
  List<Tensor> optimizerState() {
    List<Tensor> tensors = new ArrayList<>();
    new TreeMap<>(optimizer.state())
        .forEach(
            (name, array) ->
                layout
                    .slots()
                    .forEach(
                        slot -> tensors.add(tensor(slot, array).named(name + "/" + slot.name()))));
    return tensors;
  }

  /**
   * Takes over the optimizer's state of a checkpoint.
   *
   * @throws EspalierException ({@link FailureCode#USAGE}) if the checkpoint is of another training
   */
  void restore(List<Tensor> state) {
    Map<String, Tensor> byName = new HashMap<>();
    state.forEach(tensor -> byName.put(tensor.name(), tensor));
    optimizer
        .state()
        .forEach(
            (name, array) ->
                layout
                    .slots()
                    .forEach(slot -> restore(name + "/" + slot.name(), slot, array, byName)));
  }

  private static void restore(
      String name, ParameterSlot slot, float[] array, Map<String, Tensor> byName) {
    Tensor tensor = byName.get(name);
    if (tensor == null || !tensor.shape().equals(slot.shape())) {
      throw new EspalierException(
          FailureCode.USAGE,
          "the checkpoint has no state '%s' of shape %s; resume with the optimizer and model it was made with"
              .formatted(name, slot.shape()));
    }
    FloatBuffer values = tensor.floats();
    for (int i = 0; i < slot.size(); i++) {
      array[slot.position(i)] = values.get(i);
    }
  }

  /**
   * Checks that all weights and running statistics are numbers.
   *
   * @param step after which they are looked at
   * @throws EspalierException ({@link FailureCode#NUMERIC}) that names tensor and node
   */
  void requireFinite(int step) {
    running
        .firstNonFinite()
        .ifPresent(
            name -> {
              throw notFinite("running statistics", name, "not finite", step);
            });
    requireFinite(0, weights.length, step);
  }

  /**
   * Checks that the weights of a range are numbers.
   *
   * @throws EspalierException ({@link FailureCode#NUMERIC}) that names tensor and node
   */
  void requireFinite(int from, int to, int step) {
    for (int i = from; i < to; i++) {
      if (!Float.isFinite(weights[i])) {
        int at = i;
        String name =
            layout.slots().stream().filter(s -> at < s.end()).findFirst().orElseThrow().name();
        throw notFinite("weights", name, Float.toString(weights[i]), step);
      }
    }
  }

  private EspalierException notFinite(String what, String tensor, String value, int step) {
    String nodes =
        base.graph().nodes().stream()
            .filter(node -> node.inputs().contains(tensor))
            .map(node -> "%s (%s)".formatted(node.name(), node.type()))
            .collect(Collectors.joining(", "));
    return new EspalierException(
        FailureCode.NUMERIC,
        "%s '%s' of node %s are %s %s"
            .formatted(
                what,
                tensor,
                nodes,
                value,
                step == 0
                    ? "before the first step; look at the model file"
                    : "after step %d; lower the learning rate or look at the data"
                        .formatted(step)));
  }
}
