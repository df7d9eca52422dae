package io.espalier.cli;

import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.ParseResult;

/** Turns a failure into one line on standard error and its exit code. */
final class FailureHandler implements IExecutionExceptionHandler {
  @Override
  public int handleExecutionException(
      Exception exception, CommandLine commandLine, ParseResult result) {
    var out = commandLine.getErr();
    if (exception instanceof EspalierException failure) {
      out.println("espalier: " + failure.getMessage());
      return failure.code().exitCode();
    }
    out.println("espalier: this is a fault of Espalier itself: " + exception);
    exception.printStackTrace(out);
    return FailureCode.INTERNAL.exitCode();
  }
}
