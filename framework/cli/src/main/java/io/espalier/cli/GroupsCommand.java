package io.espalier.cli;

import io.espalier.api.ChannelGroup;
import io.espalier.core.ChannelGroups;
import io.espalier.core.GroupOptions;
import io.espalier.core.OnnxFormat;
import java.nio.file.Path;
import java.util.HashSet;
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
  @Spec private CommandSpec spec;
  @Mixin private JsonOption json;

  @Parameters(paramLabel = "MODEL.onnx", description = "The model file.")
  private Path file;

  @Option(
      names = "--heads",
      paramLabel = "whole|dimensions",
      defaultValue = "whole",
      description = "What attention loses: whole heads, or the same dimensions of every head.")
  private GroupOptions.Heads heads = GroupOptions.Heads.WHOLE;

  @Option(
      names = "--protect-inputs",
      paramLabel = "LAYER",
      split = ",",
      description = "Layers whose input channels all stay.")
  private List<String> inputs = List.of();

  @Option(
      names = "--protect-outputs",
      paramLabel = "LAYER",
      split = ",",
      description = "Layers whose output channels all stay; outputs of the graph always do.")
  private List<String> outputs = List.of();

  @Override
  public Integer call() {
    GroupOptions options = new GroupOptions(heads, new HashSet<>(inputs), new HashSet<>(outputs));
    List<ChannelGroup> groups = ChannelGroups.of(new OnnxFormat().read(file), options);
    GroupsView view = GroupsView.of(file, groups);
    spec.commandLine().getOut().println(json.wanted() ? JsonOption.line(view) : view.text());
    return 0;
  }
}
