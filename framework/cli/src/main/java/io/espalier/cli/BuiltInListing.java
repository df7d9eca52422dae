package io.espalier.cli;

import io.espalier.core.BuiltInModel;
import io.espalier.core.ModelBuilders;
import java.util.Iterator;
import java.util.List;
import picocli.CommandLine.Help;
import picocli.CommandLine.IHelpSectionRenderer;
import picocli.CommandLine.IModelTransformer;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.UsageMessageSpec;

/**
 * The built-in networks under a command's help, and their names for completion. They are looked up
 * when they are shown, so that other commands start without them.
 */
final class BuiltInListing implements IModelTransformer, IHelpSectionRenderer, Iterable<String> {
  @Override
  public CommandSpec transform(CommandSpec spec) {
    spec.usageMessage().sectionMap().put(UsageMessageSpec.SECTION_KEY_FOOTER, this);
    return spec;
  }

  @Override
  public String render(Help help) {
    List<BuiltInModel> models = ModelBuilders.models();
    int width = models.stream().mapToInt(model -> model.summary().length()).max().orElse(1);
    String left = "%-" + width + "s";
    TextTable table =
        new TextTable("name", "parameters", "classes", "size", left.formatted("what it is"));
    for (BuiltInModel model : models) {
      table.row(
          model.name(),
          model.parameters(),
          model.defaults().classes(),
          model.defaults().height() + "x" + model.defaults().width(),
          left.formatted(model.summary()));
    }
    return "%nNetworks and their defaults:%n%s%n".formatted(table);
  }

  @Override
  public Iterator<String> iterator() {
    return ModelBuilders.names().iterator();
  }
}
