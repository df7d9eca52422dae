package io.espalier.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.api.EspalierException;
import io.espalier.api.Node;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OperatorsTest {
  @Test
  void theTableNamesEveryOperatorInOrder() {
    List<String> names = Operators.table().stream().map(Operators.Row::operator).toList();
    List<String> trained =
        Operators.table().stream()
            .filter(row -> !row.notes().startsWith("folded"))
            .map(Operators.Row::operator)
            .toList();
    Node unknown = new Node("n", "Det", "", List.of("x"), List.of("y"), Map.of());
    assertThat(names).isSorted().doesNotHaveDuplicates().contains("Add", "Conv", "Shape", "Tanh");
    assertThatThrownBy(() -> Operators.of(unknown))
        .isInstanceOf(EspalierException.class)
        .hasMessage(
            "node 'n': cannot train operator Det (can train: %s)"
                .formatted(String.join(", ", trained)));
  }

  @Test
  void notesAreOfOperatorsThatThereAre() {
    List<String> names = Operators.table().stream().map(Operators.Row::operator).toList();
    assertThat(names).containsAll(OperatorNotes.operators());
  }

  @Test
  void theTableSaysWhatIsTrained() {
    assertThat(Operators.table())
        .filteredOn(row -> !row.trained().isEmpty())
        .extracting(Operators.Row::operator)
        .contains("Add", "Conv", "Gemm", "MatMul", "Mul", "PRelu");
  }
}
