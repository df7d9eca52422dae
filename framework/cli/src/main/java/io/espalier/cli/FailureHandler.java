package io.espalier.cli;

import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Turns a failure into one line on standard error and its exit code. */
final class FailureHandler implements IExecutionExceptionHandler, IParameterExceptionHandler {
  @Override
  public int handleExecutionException(
      Exception exception, CommandLine commandLine, ParseResult result) {
    PrintWriter out = commandLine.getErr();
    if (exception instanceof EspalierException failure) {
      out.println("espalier: " + failure.getMessage());
      return failure.code().exitCode();
    }
    out.println("espalier: this is a fault of Espalier itself: " + exception);
    exception.printStackTrace(out);
    return FailureCode.INTERNAL.exitCode();
  }

  /** Arguments that the command does not take; without any, what there is to choose from. */
  @Override
  public int handleParseException(ParameterException exception, String[] arguments) {
    CommandLine command = exception.getCommandLine();
    PrintWriter out = command.getErr();
    if (arguments.length == 0) {
      command.usage(out);
    } else {
      out.printf(
          "espalier: %s; see '%s --help'%n",
          exception.getMessage(), command.getCommandSpec().qualifiedName());
      UnmatchedArgumentException.printSuggestions(exception, out);
    }
    return FailureCode.USAGE.exitCode();
  }
}
