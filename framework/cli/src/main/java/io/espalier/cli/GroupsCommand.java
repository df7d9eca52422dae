package io.espalier.cli;

import io.espalier.api.ChannelGroup;
import io.espalier.api.Model;
import io.espalier.core.ChannelGroups;
import io.espalier.core.Encoding;
import io.espalier.core.GroupOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code espalier groups}: which channels of a model have to be cut together. */
@Command(
    name = "groups",
    mixinStandardHelpOptions = true,
    description =
        "Shows which channels of a model have to be cut together, and which cannot be and why.")
final class GroupsCommand implements Callable<Integer> {
  private static final String PROTECT_INPUTS = "--protect-inputs";
  private static final String PROTECT_OUTPUTS = "--protect-outputs";

  @Spec private CommandSpec spec;
  @Mixin private JsonOption json;

  @Parameters(paramLabel = "MODEL.onnx", description = "The model file: ONNX or a container.")
  private Path file;

  @Option(
      names = "--heads",
      paramLabel = "whole|dimensions",
      defaultValue = "whole",
      description = "What attention loses: whole heads, or the same dimensions of every head.")
  private GroupOptions.Heads heads = GroupOptions.Heads.WHOLE;

  @Option(
      names = PROTECT_INPUTS,
      paramLabel = "LAYER",
      split = ",",
      description = "Layers whose input channels all stay.")
  private List<String> inputs = List.of();

  @Option(
      names = PROTECT_OUTPUTS,
      paramLabel = "LAYER",
      split = ",",
      description = "Layers whose output channels all stay; outputs of the graph always do.")
  private List<String> outputs = List.of();

  @Override
  public Integer call() {
    Model model = Encoding.read(file);
    GroupOptions options =
        new GroupOptions(
            heads,
            GroupOptions.named(model, PROTECT_INPUTS, inputs),
            GroupOptions.named(model, PROTECT_OUTPUTS, outputs));
    List<ChannelGroup> groups = ChannelGroups.of(model, options);
    GroupsView view = GroupsView.of(file, groups);
    spec.commandLine().getOut().println(json.wanted() ? JsonOption.line(view) : view.text());
    return 0;
  }
}
