package io.espalier.testkit;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.api.Description;
import io.espalier.api.Exporter;
import io.espalier.api.Model;
import io.espalier.api.Parameters;
import io.espalier.api.Tensor;
import io.espalier.core.OnnxFormat;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** The contract passes a sound exporter and catches unsound ones. */
class ExporterContractTest extends ExporterContract {
  private static final AtomicInteger CALLS = new AtomicInteger();

  private Fault fault = Fault.NONE;

  @Override
  protected Exporter exporter() {
    Plain plain = new Plain();
    plain.fault = fault;
    return plain;
  }

  @Test
  void catchesAFileThatCanBeNeitherReadNorRun() {
    fault = Fault.DUMB;

    assertThatThrownBy(() -> writesWhatCanBeReadOrRun(0)).isInstanceOf(AssertionError.class);
  }

  @Test
  void catchesAChangedWeight() {
    fault = Fault.CHANGES;

    assertThatThrownBy(() -> readsBackEveryBit(0)).isInstanceOf(AssertionError.class);
    assertThatThrownBy(this::givesTheOutputsOfTheModelWhereItsFilesRun)
        .isInstanceOf(AssertionError.class);
  }

  @Test
  void catchesAnotherFileEveryTime() {
    fault = Fault.MOODY;

    assertThatThrownBy(this::writesTheSameBytesAgain).isInstanceOf(AssertionError.class);
  }

  private enum Fault {
    NONE,
    DUMB,
    CHANGES,
    MOODY
  }

  /** Plain ONNX; or a fault. */
  @org.pf4j.Extension
  public static final class Plain implements Exporter {
    private Fault fault = Fault.NONE;

    @Override
    public Description description() {
      return Description.of("plain", "Plain ONNX.");
    }

    @Override
    public String ending() {
      return ".onnx";
    }

    @Override
    public boolean runnable() {
      return fault != Fault.DUMB;
    }

    @Override
    public void write(Model model, Path file, Parameters parameters) {
      float change =
          switch (fault) {
            case CHANGES -> 1;
            case MOODY -> CALLS.incrementAndGet();
            default -> 0;
          };
      Tensor bias = model.tensor("dense.bias");
      float[] values = bias.toFloatArray();
      values[0] += change;
      Tensor changed = Tensor.ofFloats(bias.name(), bias.shape(), values);
      new OnnxFormat().write(model.withTensors(List.of(changed)), file);
    }

    @Override
    public Optional<Model> read(Path file) {
      return fault == Fault.DUMB ? Optional.empty() : Optional.of(new OnnxFormat().read(file));
    }
  }
}
