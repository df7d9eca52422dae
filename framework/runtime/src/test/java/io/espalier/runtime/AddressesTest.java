package io.espalier.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.runtime.scenario.StageKind;
import org.junit.jupiter.api.Test;

class AddressesTest {
  @Test
  void stageAddressHasTheKind() {
    assertThat(Addresses.stage(StageKind.FINE_TUNE)).isEqualTo("espalier.v1.stage.fine-tune");
  }

  @Test
  void eventAddressHasTheRun() {
    assertThat(Addresses.event("r1")).isEqualTo("espalier.v1.event.r1");
  }

  @Test
  void edgeMirrorsAnAddress() {
    assertThat(Addresses.edge(Addresses.RUN_GET)).isEqualTo("espalier.edge.v1.run.get");
  }

  @Test
  void edgeRefusesForeignAddresses() {
    assertThatThrownBy(() -> Addresses.edge("other.v1.run"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("other.v1.run");
  }
}
