package io.espalier.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.core.BudgetPath.Way;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class BudgetPathTest {
  @Test
  void takesTheStepThatBuysMostErrorOff() {
    List<Way> small = List.of(new Way(1, 10), new Way(2, 9));
    List<Way> large = List.of(new Way(10, 100), new Way(20, 10), new Way(30, 9));

    assertThat(BudgetPath.stops(List.of(small, large)))
        .containsExactly(List.of(0, 0), List.of(0, 1), List.of(1, 1), List.of(1, 2));
  }

  @Test
  void leavesOutWaysThatCostMoreForNoLess() {
    List<Way> ways = List.of(new Way(1, 5), new Way(2, 5), new Way(3, 7), new Way(4, 0));

    assertThat(BudgetPath.stops(List.of(ways))).containsExactly(List.of(0), List.of(3));
  }

  @Property(tries = 200)
  void noChoiceOfNoMoreBytesThanAStopHasLessError(
      @ForAll @Size(min = 1, max = 4) List<@IntRange(min = 1, max = 50) Integer> bytes,
      @ForAll @Size(min = 4, max = 4) List<@IntRange(max = 50) Integer> errors,
      @ForAll @Size(min = 4, max = 4) List<@IntRange(max = 50) Integer> others) {
    List<Way> one = ways(bytes, errors);
    List<Way> two = ways(bytes, others);

    for (List<Integer> stop : BudgetPath.stops(List.of(one, two))) {
      Way sum = sum(one.get(stop.get(0)), two.get(stop.get(1)));
      for (Way a : one) {
        for (Way b : two) {
          Way any = sum(a, b);
          assertThat(any.bytes() <= sum.bytes() && any.error() < sum.error()).isFalse();
        }
      }
    }
  }

  private static List<Way> ways(List<Integer> bytes, List<Integer> errors) {
    List<Way> ways = new ArrayList<>();
    for (int i = 0; i < bytes.size(); i++) {
      ways.add(new Way(bytes.get(i), errors.get(i)));
    }
    return ways;
  }

  private static Way sum(Way a, Way b) {
    return new Way(a.bytes() + b.bytes(), a.error() + b.error());
  }
}
