package io.espalier.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.proto.Failure;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FailureProtosTest {
  @ParameterizedTest
  @EnumSource(FailureCode.class)
  void carriesEveryCode(FailureCode code) {
    Failure proto = FailureProtos.toProto(new EspalierException(code, "why"), "prune");

    assertThat(proto.getCode().name()).isEqualTo("FAILURE_CODE_" + code);
    assertThat(proto.getMessage()).isEqualTo("why");
    assertThat(proto.getStage()).isEqualTo("prune");
    assertThat(FailureProtos.fromProto(proto).code()).isEqualTo(code);
  }

  @Test
  void tellsTheInnermostCause() {
    IOException cause = new IOException("outer", new FileNotFoundException("inner"));
    Failure proto =
        FailureProtos.toProto(new EspalierException(FailureCode.IO, "cannot read", cause), "");

    assertThat(proto.getCause()).isEqualTo("java.io.FileNotFoundException: inner");
    assertThat(proto.getMessage()).isEqualTo("cannot read");
  }

  @Test
  void unwrapsWhatAFutureThrows() {
    Failure proto =
        FailureProtos.toProto(
            new CompletionException(new EspalierException(FailureCode.DATA, "broken")), "train");

    assertThat(proto.getCode()).isEqualTo(io.espalier.proto.FailureCode.FAILURE_CODE_DATA);
    assertThat(proto.getMessage()).isEqualTo("broken");
  }

  @Test
  void takesAnythingElseForAFaultOfItsOwn() {
    Failure proto = FailureProtos.toProto(new IllegalStateException("odd"), "train");

    assertThat(proto.getCode()).isEqualTo(io.espalier.proto.FailureCode.FAILURE_CODE_INTERNAL);
    assertThat(proto.getMessage()).isEqualTo("java.lang.IllegalStateException: odd");
    assertThat(proto.getCause()).isEmpty();
  }

  @Test
  void knowsFilesAndCancellation() {
    assertThat(FailureProtos.toProto(new IOException("disk"), "").getCode())
        .isEqualTo(io.espalier.proto.FailureCode.FAILURE_CODE_IO);
    assertThat(FailureProtos.toProto(new CancellationException(), "").getCode())
        .isEqualTo(io.espalier.proto.FailureCode.FAILURE_CODE_CANCELLED);
  }
}
