package io.espalier.cli;

import picocli.CommandLine.Command;

/** {@code espalier bus}: the event bus of a running server, for scripts. */
@Command(
    name = "bus",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    description = {
      "Talks to the event bus of a running server: JSON lines in and out.",
      "Addresses may be written without 'espalier.edge.v1.'; /api/v1/asyncapi.json of the server lists them."
    },
    subcommands = {BusTailCommand.class, BusRequestCommand.class, BusPublishCommand.class})
final class BusCommand {}
