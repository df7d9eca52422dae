package io.example.ownpruner;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.espalier.api.Pruner;
import io.espalier.testkit.PrunerContract;
import org.junit.jupiter.api.Test;

/** Holds the pruner to what every pruner keeps; tests of its own criterion come beside. */
class OwnPrunerTest extends PrunerContract {
  @Override
  protected Pruner pruner() {
    return new OwnPruner();
  }

  @Test
  void itsIdIsWhatScenariosCallIt() {
    assertEquals("own", pruner().description().id());
  }
}
