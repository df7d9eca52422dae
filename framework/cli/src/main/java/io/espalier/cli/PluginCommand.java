package io.espalier.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code espalier plugin}: for who writes plugins. */
@Command(
    name = "plugin",
    mixinStandardHelpOptions = true,
    description = "For writing plugins of one's own.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = PluginNewCommand.class)
final class PluginCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new CommandLine.ParameterException(spec.commandLine(), "Missing required subcommand");
  }
}
