package io.espalier.cli;

import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command {@code espalier}. */
@Command(
    name = "espalier",
    description =
        "Makes neural networks smaller: prunes, clusters and fine-tunes ONNX models, live.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    synopsisSubcommandLabel = "COMMAND",
    exitCodeListHeading = "Exit codes:%n",
    exitCodeList = {
      "0:done",
      "2:the scenario or the command line asks for something impossible",
      "3:a model file is broken or not supported",
      "4:a data set is missing or broken",
      "5:a plugin is missing or fails",
      "6:a result is not what was promised",
      "7:a file or folder cannot be read or written",
      "8:a port or a remote host cannot be used",
      "9:cancelled",
      "10:there is nothing of that name",
      "11:training diverged",
      "70:a fault of Espalier itself"
    },
    subcommands = {
      DemoCommand.class,
      TrainCommand.class,
      RunCommand.class,
      ResumeCommand.class,
      ServeCommand.class,
      NewCommand.class,
      InspectCommand.class,
      ProfileCommand.class,
      SizesCommand.class,
      UnpackCommand.class,
      GroupsCommand.class,
      ScheduleCommand.class,
      SensitivityCommand.class,
      PlanCommand.class,
      ApplyCommand.class,
      PluginsCommand.class,
      PluginCommand.class,
      BusCommand.class,
      CompletionCommand.class
    })
public final class Main {
  private Main() {}

  /**
   * Runs one command and ends the process with its exit code. Figures are written alike wherever
   * the command runs.
   */
  public static void main(String[] arguments) {
    Locale.setDefault(Locale.ROOT);
    System.exit(commandLine().execute(arguments));
  }

  static CommandLine commandLine() {
    CommandLine commandLine = new CommandLine(new Main());
    FailureHandler failures = new FailureHandler();
    commandLine.setExecutionExceptionHandler(failures);
    commandLine.setParameterExceptionHandler(failures);
    commandLine.setCaseInsensitiveEnumValuesAllowed(true);
    return commandLine;
  }
}
