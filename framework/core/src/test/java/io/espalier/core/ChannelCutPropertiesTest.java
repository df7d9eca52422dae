package io.espalier.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.api.ChannelGroup;
import io.espalier.api.Edit;
import io.espalier.api.Model;
import io.espalier.api.Tensor;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class ChannelCutPropertiesTest {
  @Provide
  Arbitrary<List<Integer>> genes() {
    return Arbitraries.integers().between(0, 29).list().ofMinSize(0).ofMaxSize(7);
  }

  @Property(tries = 1200)
  void aCutModelComputesWhatTheMaskedOneDoes(
      @ForAll("genes") List<Integer> genes, @ForAll long seed) {
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
}
