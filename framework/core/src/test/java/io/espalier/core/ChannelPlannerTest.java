package io.espalier.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.api.ChannelGroup;
import io.espalier.api.ChannelSlice;
import io.espalier.api.Edit;
import io.espalier.api.EspalierException;
import io.espalier.core.ChannelGoal.Mode;
import io.espalier.core.ChannelGoal.Normalisation;
import io.espalier.core.ChannelGoal.Reduction;
import io.espalier.core.ChannelPlanner.Candidate;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ChannelPlannerTest {
  private static ChannelGroup group(String name, int channels) {
    ChannelSlice slice =
        new ChannelSlice(
            name, 0, ChannelSlice.Role.MAKES, name, 1, IntStream.range(0, channels).toArray());
    return new ChannelGroup(name, channels, List.of(slice), Optional.empty());
  }

  private static Candidate candidate(String name, float... scores) {
    return new Candidate(group(name, scores.length), List.of(scores), Optional.empty(), 1, "");
  }

  private static ChannelGoal goal(Mode mode) {
    return new ChannelGoal(mode, Reduction.MEAN, Normalisation.NONE, 1, 1, 1);
  }

  private static List<Integer> gone(List<Edit.RemoveChannels> edits, String name) {
    return edits.stream()
        .filter(edit -> edit.tensor().equals(name))
        .findFirst()
        .map(Edit.RemoveChannels::indices)
        .orElse(List.of());
  }

  @Test
  void takesTheLowestOfEachGroup() {
    var planner =
        new ChannelPlanner(
            List.of(candidate("a", 3, 1, 2, 4), candidate("b", 30, 10, 20, 40)),
            goal(Mode.DEPENDENCY_AWARE));

    var edits = planner.plan(0.5, 1);

    assertThat(gone(edits, "a")).containsExactly(1, 2);
    assertThat(gone(edits, "b")).containsExactly(1, 2);
  }

  @Test
  void breaksTiesByNumber() {
    var planner =
        new ChannelPlanner(List.of(candidate("a", 1, 1, 1, 1, 1, 1)), goal(Mode.DEPENDENCY_AWARE));

    assertThat(gone(planner.plan(0.5, 1), "a")).containsExactly(0, 1, 2);
  }

  @Test
  void removesExactlyThreeQuarters() {
    var planner =
        new ChannelPlanner(List.of(candidate("a", new float[64])), goal(Mode.DEPENDENCY_AWARE));

    assertThat(gone(planner.plan(0.75, 1), "a")).hasSize(48);
  }

  @Test
  void letsAllGroupsCompeteGlobally() {
    var planner =
        new ChannelPlanner(
            List.of(candidate("a", 1, 2, 3, 4), candidate("b", 5, 6, 7, 8)), goal(Mode.GLOBAL));

    var edits = planner.plan(0.375, 1);

    assertThat(gone(edits, "a")).containsExactly(0, 1, 2);
    assertThat(gone(edits, "b")).isEmpty();
  }

  @Test
  void leavesEachGroupItsLeastAndTakesTheRestElsewhere() {
    var planner =
        new ChannelPlanner(
            List.of(candidate("a", 1, 2, 3, 4), candidate("b", 5, 6, 7, 8)), goal(Mode.GLOBAL));

    var edits = planner.plan(0.625, 1);

    assertThat(gone(edits, "a")).containsExactly(0, 1, 2);
    assertThat(gone(edits, "b")).containsExactly(0, 1);
  }

  @ParameterizedTest
  @EnumSource(Mode.class)
  void refusesAMinimumThatLeavesNothingToTake(Mode mode) {
    ChannelGoal goal = new ChannelGoal(mode, Reduction.MEAN, Normalisation.NONE, 4, 1, 1);
    var planner = new ChannelPlanner(List.of(candidate("a", 1, 2), candidate("b", 1, 2, 3)), goal);

    assertThatThrownBy(() -> planner.plan(0.5, 1))
        .isInstanceOf(EspalierException.class)
        .hasMessageContainingAll("of 5 channels", "at most 0 can", "keeps at least 4");
    assertThat(planner.planUpTo(0.5, 1)).isEmpty();
    assertThat(planner.plan(0, 1)).isEmpty();
  }

  @Test
  void takesAllThatCanGoWhereThatIsEnough() {
    var planner =
        new ChannelPlanner(
            List.of(candidate("a", 1, 2, 3), candidate("b", 4, 5, 6)), goal(Mode.GLOBAL));

    assertThat(planner.planUpTo(0.99, 1)).hasSize(2);
    assertThatThrownBy(() -> planner.plan(0.99, 1)).hasMessageContaining("at most 4 can");
  }

  @Test
  void saysHowManyCanGo() {
    ChannelGoal capped =
        new ChannelGoal(Mode.GLOBAL, Reduction.MEAN, Normalisation.NONE, 1, 1, 0.25);
    var planner = new ChannelPlanner(List.of(candidate("a", 1, 2, 3, 4, 5, 6, 7, 8)), capped);

    assertThatThrownBy(() -> planner.plan(0.5, 1))
        .isInstanceOf(EspalierException.class)
        .hasMessageContainingAll("4 of 8 channels", "at most 2 can", "at most 25 %");
  }

  @Test
  void normallyTakesOnlyWhatAllLayersLetGo() {
    Candidate shared =
        new Candidate(
            group("a", 4),
            List.of(new float[] {1, 2, 3, 4}, new float[] {1, 4, 2, 3}),
            Optional.empty(),
            1,
            "");

    assertThat(gone(new ChannelPlanner(List.of(shared), goal(Mode.NORMAL)).plan(0.5, 1), "a"))
        .containsExactly(0);
    assertThat(
            gone(
                new ChannelPlanner(List.of(shared), goal(Mode.DEPENDENCY_AWARE)).plan(0.5, 1), "a"))
        .containsExactly(0, 2);
  }

  @Test
  void roundsWhatStaysDownToAMultiple() {
    ChannelGoal rounded =
        new ChannelGoal(Mode.DEPENDENCY_AWARE, Reduction.MEAN, Normalisation.NONE, 1, 8, 1);
    var planner =
        new ChannelPlanner(
            List.of(candidate("a", new float[30]), candidate("b", new float[12])), rounded);

    var edits = planner.plan(0.4, 1);

    assertThat(30 - gone(edits, "a").size()).isEqualTo(16);
    assertThat(12 - gone(edits, "b").size()).isEqualTo(8);
  }

  @Test
  void keepsTheMinimum() {
    ChannelGoal least =
        new ChannelGoal(Mode.DEPENDENCY_AWARE, Reduction.MEAN, Normalisation.NONE, 6, 1, 1);
    var planner = new ChannelPlanner(List.of(candidate("a", new float[8])), least);

    assertThat(gone(planner.plan(0.9, 1), "a")).hasSize(2);
  }

  @Test
  void ownTargetsGoBeforeThePlans() {
    Candidate own = new Candidate(group("a", 8), List.of(new float[8]), Optional.of(0.25), 1, "");
    var planner =
        new ChannelPlanner(List.of(own, candidate("b", new float[8])), goal(Mode.DEPENDENCY_AWARE));

    var edits = planner.plan(0.5, 1);

    assertThat(gone(edits, "a")).hasSize(2);
    assertThat(gone(edits, "b")).hasSize(4);
  }

  private static Candidate inBlocks(String name, List<Integer> blocks, float... scores) {
    ChannelGroup plain = group(name, scores.length);
    return new Candidate(
        new ChannelGroup(name, scores.length, plain.slices(), Optional.empty(), blocks),
        List.of(scores),
        Optional.empty(),
        1,
        "");
  }

  @Test
  void takesAsManyOfEachBlock() {
    var candidate = inBlocks("a", List.of(0, 0, 0, 0, 1, 1, 1, 1), 1, 2, 3, 4, 50, 80, 70, 60);
    for (Mode mode : Mode.values()) {
      var edits = new ChannelPlanner(List.of(candidate), goal(mode)).plan(0.5, 1);

      assertThat(gone(edits, "a")).as("%s", mode).containsExactly(0, 1, 4, 7);
    }
  }

  @Test
  void roundsWhatBlocksKeepToAMultipleOfBoth() {
    List<Integer> blocks = IntStream.range(0, 24).mapToObj(i -> i / 8).toList();
    var candidate = inBlocks("a", blocks, new float[24]);
    ChannelGoal fours =
        new ChannelGoal(Mode.DEPENDENCY_AWARE, Reduction.MEAN, Normalisation.NONE, 1, 4, 1);

    var edits = new ChannelPlanner(List.of(candidate), fours).plan(0.4, 1);

    assertThat(gone(edits, "a")).containsExactly(0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19);
  }

  @Test
  void reducesTheScoresOfAGroupAsAsked() {
    float[] scores = {1, 2, 4};

    assertThat(Reduction.MEAN.of(scores)).isEqualTo(7 / 3f);
    assertThat(Reduction.SUM.of(scores)).isEqualTo(7);
    assertThat(Reduction.MAX.of(scores)).isEqualTo(4);
    assertThat(Reduction.PRODUCT.of(scores)).isEqualTo(8);
    assertThat(Reduction.FIRST.of(scores)).isEqualTo(1);
  }

  @Test
  void normalisesAsAsked() {
    float[] scores = {1, 2, 3};

    assertThat(Normalisation.NONE.of(scores)).containsExactly(1, 2, 3);
    assertThat(Normalisation.MEAN.of(scores)).containsExactly(0.5f, 1, 1.5f);
    assertThat(Normalisation.SUM.of(scores)).containsExactly(1 / 6f, 2 / 6f, 3 / 6f);
    assertThat(Normalisation.MAX.of(scores)).containsExactly(1 / 3f, 2 / 3f, 1);
    assertThat(Normalisation.LAMP.of(scores)).containsExactly(1 / 6f, 2 / 5f, 1);
    assertThat(Normalisation.STANDARD.of(scores)[1]).isZero();
  }

  @Test
  void searchesTheShareThatIsEnough() {
    double share = ShareSearch.find("parameters", 0.75, s -> (1 - s) * (1 - s));

    assertThat(share).isEqualTo(0.5);
  }

  @Test
  void saysHowMuchOfAFigureCanGo() {
    assertThatThrownBy(() -> ShareSearch.find("macs", 0.9, s -> 1 - s / 2))
        .isInstanceOf(EspalierException.class)
        .hasMessageContainingAll("90.0 % of the macs", "at most 49.6 % can");
  }
}
