package io.espalier.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.api.ChannelGroup;
import io.espalier.api.Edit;
import io.espalier.api.EspalierException;
import io.espalier.api.Model;
import io.espalier.api.Tensor;
import io.espalier.core.RandomNets.Gene;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class ChannelCutPropertiesTest {
  @Provide
  Arbitrary<List<Gene>> genes() {
    return Combinators.combine(
            Arbitraries.of(RandomNets.Kind.values()), Arbitraries.integers().greaterOrEqual(0))
        .as(Gene::new)
        .list()
        .ofMaxSize(7);
  }

  /**
   * All that the analysis knows, but what jumps at a number that rounding can reach, what gives
   * booleans, and what the operator set of the networks has not or no more.
   */
  @Test
  void theRandomNetworksHaveAllOperators() {
    Set<String> drawn = new TreeSet<>();
    for (RandomNets.Kind kind : RandomNets.Kind.values()) {
      for (int chance = 0; chance < 60; chance++) {
        RandomNets.of(List.of(new Gene(kind, chance)), chance)
            .graph()
            .nodes()
            .forEach(node -> drawn.add(node.type()));
      }
    }
    Set<String> known = new TreeSet<>(ChannelRules.known());
    known.removeAll(Set.of("Floor", "Ceil", "Round", "Sign", "ThresholdedRelu", "Hardmax"));
    known.removeAll(Set.of("Equal", "Less", "LessOrEqual", "GreaterOrEqual", "Mod"));
    known.removeAll(Set.of("And", "Or", "Xor", "Not"));
    known.removeAll(Set.of("Upsample", "Swish"));

    assertThat(drawn).containsAll(known);
  }

  @Property(tries = 2000)
  void aCutModelComputesWhatTheMaskedOneDoes(@ForAll("genes") List<Gene> genes, @ForAll int seed) {
    Model model = RandomNets.of(genes, seed);
    SplittableRandom random = new SplittableRandom(seed);
    GroupOptions.Heads heads = GroupOptions.Heads.values()[random.nextInt(2)];
    List<ChannelGroup> groups =
        ChannelGroups.of(model, new GroupOptions(heads, Set.of(), Set.of()));
    List<Edit.RemoveChannels> edits = Cuts.random(groups, random);
    if (edits.isEmpty()) {
      return;
    }

    Model cut = ChannelCut.apply(model, edits);

    Onnx.assertSame(ChannelCut.masked(model, edits), cut, 1e-5);
    for (Edit.RemoveChannels edit : edits) {
      Tensor before = model.tensor(edit.tensor());
      Optional.ofNullable(cut.tensors().get(edit.tensor()))
          .ifPresent(
              after ->
                  assertThat(after.shape().dim(edit.axis()))
                      .isLessThanOrEqualTo(
                          before.shape().dim(edit.axis()) - edit.indices().size()));
    }
  }

  @Property(tries = 400)
  void everyPlanCanBeCutAndTakesWhatItShould(@ForAll("genes") List<Gene> genes, @ForAll int seed) {
    Model model = RandomNets.of(genes, seed);
    SplittableRandom random = new SplittableRandom(seed);
    List<ChannelGroup> groups = ChannelGroups.of(model);
    List<ChannelPlanner.Candidate> candidates = new ArrayList<>();
    for (ChannelGroup group : groups) {
      if (group.frozen().isEmpty()) {
        candidates.add(candidate(group, random));
      }
    }
    ChannelGoal.Mode[] modes = ChannelGoal.Mode.values();
    ChannelGoal goal =
        new ChannelGoal(
            modes[random.nextInt(modes.length)],
            ChannelGoal.Reduction.MEAN,
            ChannelGoal.Normalisation.NONE,
            1 + random.nextInt(2),
            1 + random.nextInt(3),
            1);
    double share = random.nextDouble();
    List<Edit.RemoveChannels> edits;
    try {
      edits = new ChannelPlanner(candidates, goal).plan(share, 1);
    } catch (EspalierException e) {
      assertThat(e).hasMessageContaining("are to go, but at most");
      return;
    }

    Model cut = edits.isEmpty() ? model : ChannelCut.apply(model, edits);

    Onnx.assertSame(edits.isEmpty() ? model : ChannelCut.masked(model, edits), cut, 1e-5);
    if (goal.mode() == ChannelGoal.Mode.DEPENDENCY_AWARE && goal.multiple() == 1) {
      candidates.forEach(candidate -> assertTaken(candidate.group(), goal, share, edits));
    }
  }

  private static ChannelPlanner.Candidate candidate(ChannelGroup group, SplittableRandom random) {
    List<float[]> scores = new ArrayList<>();
    for (int maker = 0; maker < 1 + random.nextInt(2); maker++) {
      float[] own = new float[group.channels()];
      for (int i = 0; i < own.length; i++) {
        own[i] = random.nextInt(4);
      }
      scores.add(own);
    }
    return new ChannelPlanner.Candidate(group, scores, Optional.empty(), 1, "");
  }

  private static void assertTaken(
      ChannelGroup group, ChannelGoal goal, double share, List<Edit.RemoveChannels> edits) {
    Set<Integer> own = new HashSet<>();
    for (int i = 0; i < group.root().size(); i++) {
      own.add(group.root().index(i / group.root().perChannel(), i % group.root().perChannel()));
    }
    long gone =
        edits.stream()
            .filter(edit -> edit.tensor().equals(group.root().tensor()))
            .filter(edit -> edit.axis() == group.root().axis())
            .flatMap(edit -> edit.indices().stream())
            .filter(own::contains)
            .count();
    int blocks = group.blockCount();
    int each = group.channels() / blocks;
    int kept = blocks * Math.max(1, (int) Math.rint(each * (1 - share)));
    int least = Math.max(kept, (goal.minimum() + blocks - 1) / blocks * blocks);
    assertThat(gone)
        .as("%s at %s", group, share)
        .isEqualTo((long) Math.max(0, group.channels() - least) * group.root().perChannel());
  }
}
