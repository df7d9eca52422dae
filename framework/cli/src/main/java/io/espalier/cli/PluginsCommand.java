package io.espalier.cli;

import io.espalier.proto.ExtensionDescription;
import io.espalier.proto.ParameterDescription;
import io.espalier.proto.PluginInfo;
import io.espalier.runtime.plugin.BuiltIns;
import io.espalier.runtime.plugin.KnownExtensions;
import io.espalier.runtime.plugin.Plugins;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code espalier plugins}: which plugins there are and what they take. */
@Command(
    name = "plugins",
    mixinStandardHelpOptions = true,
    description = "Lists plugins and their extensions with all parameters.")
final class PluginsCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private JsonOption json;

  @Option(
      names = "--index",
      hidden = true,
      description = "Print which plugin each extension comes with, for conf/extensions.properties.")
  private boolean index;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    try (Plugins plugins = Plugins.load(Home.current().plugins())) {
      List<PluginInfo> infos = plugins.plugins();
      if (index) {
        KnownExtensions.lines(infos).forEach(out::println);
        return 0;
      }
      List<PluginInfo> all = new ArrayList<>(infos);
      all.add(BuiltIns.info());
      if (json.wanted()) {
        out.println(JsonOption.line(PluginView.of(all)));
      } else {
        all.forEach(info -> print(out, info));
      }
      return 0;
    }
  }

  private static void print(PrintWriter out, PluginInfo plugin) {
    if (!plugin.getProblem().isEmpty()) {
      out.printf("%s: %s%n%n", plugin.getJar(), plugin.getProblem());
      return;
    }
    if (plugin.getJar().isEmpty()) {
      out.println(plugin.getId());
    } else {
      out.printf("%s %s (%s)%n", plugin.getId(), plugin.getVersion(), plugin.getJar());
    }
    for (ExtensionDescription extension : plugin.getExtensionsList()) {
      out.printf("  %s '%s': %s%n", extension.getKind(), extension.getId(), extension.getSummary());
      for (ParameterDescription parameter : extension.getParametersList()) {
        out.printf("    %-18s %s%n", parameter.getName(), line(parameter));
      }
    }
    out.println();
  }

  private static String line(ParameterDescription parameter) {
    StringBuilder line = new StringBuilder(parameter.getMeaning());
    line.append(" (").append(parameter.getType());
    if (!parameter.getChoicesList().isEmpty()) {
      line.append(": ").append(String.join(", ", parameter.getChoicesList()));
    }
    if (parameter.hasMinimum()) {
      line.append(", from ").append(plain(parameter.getMinimum()));
    }
    if (parameter.hasMaximum()) {
      line.append(parameter.getExclusiveMaximum() ? ", below " : ", to ");
      line.append(plain(parameter.getMaximum()));
    }
    if (!parameter.getUnit().isEmpty()) {
      line.append(", in ").append(parameter.getUnit());
    }
    return line.append("; ").append(absent(parameter)).append(")").toString();
  }

  private static String absent(ParameterDescription parameter) {
    if (!parameter.getDefaultValue().isEmpty()) {
      return "default " + parameter.getDefaultValue();
    }
    return parameter.getOptional() ? "may be left out" : "must be given";
  }

  private static String plain(double value) {
    return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
  }
}
