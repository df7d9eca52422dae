package io.espalier.bench;

import io.espalier.runtime.HandOver;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.TreeMap;
import java.util.function.Supplier;

/** The command of this module: {@code run GROUP [--rows NAME,NAME] [--json]}. */
public final class Bench {
  private static final int USAGE = 2;

  private Bench() {}

  /** Measures a group of rows, or some of them, and prints a line for each. */
  public static void main(String[] arguments) {
    List<String> words = new ArrayList<>(List.of(arguments));
    boolean json = words.remove("--json");
    int option = words.indexOf("--rows");
    List<String> chosen = List.of();
    if (option >= 0 && option + 1 < words.size()) {
      chosen = List.of(words.remove(option + 1).split(","));
      words.remove(option);
    }
    Map<String, Map<String, Supplier<Comparison>>> groups = groups();
    Map<String, Supplier<Comparison>> rows = words.size() == 1 ? groups.get(words.get(0)) : null;
    if (rows == null) {
      fail("usage: run " + String.join("|", groups.keySet()) + " [--rows NAME,NAME] [--json]");
      return;
    }
    if (!rows.keySet().containsAll(chosen)) {
      fail("group %s has rows %s".formatted(words.get(0), String.join(", ", rows.keySet())));
      return;
    }
    for (Map.Entry<String, Supplier<Comparison>> row : rows.entrySet()) {
      if (chosen.isEmpty() || chosen.contains(row.getKey())) {
        Comparison measured = row.getValue().get();
        System.out.println(json ? measured.json() : measured.text());
      }
    }
    System.exit(0);
  }

  private static void fail(String message) {
    System.err.println(message);
    System.exit(USAGE);
  }

  /**
   * What this build can measure: the groups against native peers come with the profile of these.
   */
  private static Map<String, Map<String, Supplier<Comparison>>> groups() {
    Map<String, Map<String, Supplier<Comparison>>> groups = new TreeMap<>();
    groups.put("stages", Map.of("hand-over", HandOver::compare));
    for (Group group : ServiceLoader.load(Group.class)) {
      groups.put(group.name(), group.rows());
    }
    for (Group group : ServiceLoader.load(PeerGroup.class)) {
      groups.put(group.name(), group.rows());
    }
    return groups;
  }
}
