package io.espalier.cli;

import io.espalier.api.Progress;
import java.io.PrintWriter;

/**
 * What people read while they wait. On a terminal one line shows progress and is drawn over; else
 * only whole lines are printed. Safe for many threads.
 */
final class Terminal implements Progress {
  private static final int BAR = 24;
  private static final long REDRAW_NANOS = 100_000_000;

  private final PrintWriter out;
  private final boolean interactive;
  private int drawn;
  private long lastDraw;

  /**
   * @param out where lines go
   * @param interactive whether a person watches a terminal
   */
  Terminal(PrintWriter out, boolean interactive) {
    this.out = out;
    this.interactive = interactive;
  }

  /** For a command: answers in JSON leave standard output to the answer. */
  static Terminal of(picocli.CommandLine commandLine, boolean json) {
    return new Terminal(
        json ? commandLine.getErr() : commandLine.getOut(), System.console() != null);
  }

  /** A whole line. */
  synchronized void line(String text) {
    erase();
    out.println(text);
    out.flush();
  }

  @Override
  public void note(String message) {
    line(message);
  }

  @Override
  public void at(String what, long done, long total) {
    draw(
        "%s %s".formatted(what, amount(done, total)),
        total > 0 ? (double) done / total : 0,
        done >= total);
  }

  private static String amount(long done, long total) {
    return total > 0
        ? "%,d of %,d kB".formatted(done / 1024, total / 1024)
        : "%,d kB".formatted(done / 1024);
  }

  /**
   * Shows how far something is, at most ten times a second; nothing where no one watches.
   *
   * @param share 0 to 1
   * @param last whether to draw even if it was drawn just now
   */
  synchronized void draw(String text, double share, boolean last) {
    long now = System.nanoTime();
    if (!interactive || (!last && now - lastDraw < REDRAW_NANOS)) {
      return;
    }
    lastDraw = now;
    int full = (int) Math.round(Math.min(1, Math.max(0, share)) * BAR);
    String line =
        "█".repeat(full) + "░".repeat(BAR - full) + " %3.0f %% ".formatted(100 * share) + text;
    out.print("\r" + line + " ".repeat(Math.max(0, drawn - line.length())));
    out.flush();
    drawn = line.length();
  }

  private void erase() {
    if (drawn > 0) {
      out.print("\r" + " ".repeat(drawn) + "\r");
      drawn = 0;
    }
  }
}
