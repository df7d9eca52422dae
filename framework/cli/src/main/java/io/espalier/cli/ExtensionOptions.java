package io.espalier.cli;

import io.espalier.api.DatasetSource;
import io.espalier.api.Description;
import io.espalier.api.EspalierException;
import io.espalier.api.Extension;
import io.espalier.api.FineTuner;
import io.espalier.api.Parameter;
import io.espalier.api.ParameterException;
import io.espalier.runtime.plugin.Plugins;
import io.espalier.runtime.scenario.Use;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Stack;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.IParameterPreprocessor;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.TypeConversionException;

/**
 * The parameters of a command's extensions as its options, made from their own descriptions when
 * the command is about to read its arguments: {@code learningRate} of the fine-tuner becomes {@code
 * --learning-rate}, {@code size} of the data set {@code --dataset-size}.
 */
final class ExtensionOptions implements IParameterPreprocessor {
  static final String DATASET = "--dataset";
  static final String FINE_TUNER = "--fine-tuner";
  static final String DEFAULT_FINE_TUNER = "jvm";

  private static final String FINE_TUNER_PREFIX = "--";
  private static final String DATASET_PREFIX = "--dataset-";

  /** Arguments come as a stack, the first on top. */
  @Override
  @SuppressWarnings("JdkObsolete")
  public boolean preprocess(
      Stack<String> arguments,
      CommandSpec command,
      @Nullable ArgSpec argument,
      Map<String, Object> info) {
    try (Plugins plugins = Home.current().load()) {
      String fineTuner = value(arguments, FINE_TUNER, DEFAULT_FINE_TUNER);
      add(command, plugins, FineTuner.class, fineTuner, FINE_TUNER_PREFIX);
      String dataset = value(arguments, DATASET, "");
      if (!dataset.isEmpty()) {
        add(command, plugins, DatasetSource.class, dataset, DATASET_PREFIX);
      }
    }
    return false;
  }

  static String value(List<String> arguments, String option, String absent) {
    for (int i = arguments.size() - 1; i >= 0; i--) {
      String word = arguments.get(i);
      if (word.startsWith(option + "=")) {
        return word.substring(option.length() + 1);
      }
      if (word.equals(option) && i > 0) {
        return arguments.get(i - 1);
      }
    }
    return absent;
  }

  /** An extension that is not there is complained about when the command runs. */
  static void add(
      CommandSpec command,
      Plugins plugins,
      Class<? extends Extension> kind,
      String id,
      String prefix) {
    Description description;
    try {
      description = plugins.create(kind, id).description();
    } catch (EspalierException e) {
      command.parser().unmatchedArgumentsAllowed(true);
      return;
    }
    add(command, description.parameters(), prefix);
  }

  /** Options for some parameters; the command's own are not replaced. */
  static void add(CommandSpec command, List<Parameter<?>> parameters, String prefix) {
    for (Parameter<?> parameter : parameters) {
      command.addOption(option(parameter, prefix));
    }
  }

  private static OptionSpec option(Parameter<?> parameter, String prefix) {
    String absent = parameter.absent().map(value -> "; default: " + shown(value)).orElse("");
    String unit = parameter.unit().isEmpty() ? "" : " " + parameter.unit();
    String text = "%s (%s%s%s)".formatted(parameter.meaning(), parameter.allowed(), unit, absent);
    return OptionSpec.builder(name(prefix, parameter))
        .paramLabel(parameter.kind().name())
        .description(text.replace("%", "%%"))
        .type(Object.class)
        .converters(given -> parse(parameter, given))
        .userObject(new Setting(prefix, parameter.name()))
        .build();
  }

  /** What an option sets. */
  private record Setting(String prefix, String parameter) {}

  private static String shown(Object value) {
    return value.equals("") ? "none" : value.toString();
  }

  private static Object parse(Parameter<?> parameter, String given) {
    try {
      return parameter.parse(given);
    } catch (ParameterException e) {
      throw new TypeConversionException(e.problem());
    }
  }

  /** A parameter's name as options are written: {@code learningRate} is {@code learning-rate}. */
  private static String name(String prefix, Parameter<?> parameter) {
    return prefix + parameter.name().replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
  }

  /** The fine-tuner with what was given on the command line. */
  static Use fineTuner(CommandSpec command, String id) {
    return use(command, id, FINE_TUNER_PREFIX);
  }

  /** The data set with what was given on the command line. */
  static Use dataset(CommandSpec command, String id) {
    return use(command, id, DATASET_PREFIX);
  }

  private static Use use(CommandSpec command, String id, String prefix) {
    return new Use(id, given(command, prefix));
  }

  /** What was given of the parameters with a prefix. */
  static Map<String, Object> given(CommandSpec command, String prefix) {
    Map<String, Object> given = new LinkedHashMap<>();
    for (OptionSpec option : command.commandLine().getParseResult().matchedOptions()) {
      if (option.userObject() instanceof Setting setting && setting.prefix().equals(prefix)) {
        given.put(setting.parameter(), option.getValue());
      }
    }
    return given;
  }
}
