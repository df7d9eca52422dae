package io.espalier.cli;

import io.espalier.api.ChannelPruner;
import io.espalier.api.Parameter;
import io.espalier.runtime.plugin.Plugins;
import io.espalier.runtime.scenario.PruneSettings;
import io.espalier.runtime.scenario.ShrinkSettings;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.Stack;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.IParameterPreprocessor;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;

/**
 * What can be set of a shrink stage, as options of the command that plans one: {@code minChannels}
 * becomes {@code --min-channels}, a parameter of the pruner {@code --pruner-NAME}.
 */
final class PlanOptions implements IParameterPreprocessor {
  static final String PRUNER = "--pruner";
  static final String DEFAULT_PRUNER = "l2-norm";
  static final String STAGE_PREFIX = "--";
  static final String PRUNER_PREFIX = "--pruner-";

  /** What only a run can do, and what is no line of text. */
  private static final Set<String> LEFT_OUT =
      Set.of(
          ShrinkSettings.PLAN.name(),
          ShrinkSettings.SINCE.name(),
          PruneSettings.APPROVE.name(),
          PruneSettings.ROUNDS.name(),
          PruneSettings.ROUND_SCHEDULE.name(),
          PruneSettings.CALIBRATION.name(),
          "layers");

  @Override
  @SuppressWarnings("JdkObsolete")
  public boolean preprocess(
      Stack<String> arguments,
      CommandSpec command,
      @Nullable ArgSpec argument,
      Map<String, Object> info) {
    List<Parameter<?>> settings =
        ShrinkSettings.PARAMETERS.stream()
            .filter(setting -> !LEFT_OUT.contains(setting.name()))
            .toList();
    ExtensionOptions.add(command, settings, STAGE_PREFIX);
    try (Plugins plugins = Home.current().load()) {
      String pruner = ExtensionOptions.value(arguments, PRUNER, DEFAULT_PRUNER);
      ExtensionOptions.add(command, plugins, ChannelPruner.class, pruner, PRUNER_PREFIX);
    }
    return false;
  }
}
