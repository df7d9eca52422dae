package io.espalier.runtime;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.api.Plan;
import io.espalier.core.PlanProtos;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Plans as JSON files, in the protobuf mapping: to be looked at, kept and applied again. */
public final class PlanFiles {
  private PlanFiles() {}

  /**
   * @throws EspalierException ({@link FailureCode#IO}) if the file cannot be written
   */
  public static void write(Plan plan, Path file) {
    try {
      if (file.getParent() != null) {
        Files.createDirectories(file.getParent());
      }
      AtomicFile.write(file, JsonFormat.printer().print(PlanProtos.toProto(plan)) + "\n");
    } catch (IOException e) {
      throw EspalierException.cannot("write", file, e);
    }
  }

  /**
   * @throws EspalierException ({@link FailureCode#IO}) if the file cannot be read; ({@link
   *     FailureCode#USAGE}) if it is no plan
   */
  public static Plan read(Path file) {
    try {
      io.espalier.proto.Plan.Builder plan = io.espalier.proto.Plan.newBuilder();
      JsonFormat.parser().merge(Files.readString(file), plan);
      if (plan.getAuthor().isEmpty()) {
        throw new EspalierException(
            FailureCode.USAGE, file + " is no plan: it does not say whose it is (author)");
      }
      return PlanProtos.fromProto(plan.build());
    } catch (InvalidProtocolBufferException e) {
      throw new EspalierException(FailureCode.USAGE, file + " is no plan: " + e.getMessage(), e);
    } catch (IOException e) {
      throw EspalierException.cannot("read the plan", file, e);
    }
  }
}
