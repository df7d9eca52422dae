package io.espalier.core;

import java.util.regex.Pattern;

/** Globs over names: {@code *} is any text, {@code ?} one letter; all else stands for itself. */
final class Globs {
  private Globs() {}

  static boolean matches(String glob, String name) {
    StringBuilder expression = new StringBuilder();
    for (char c : glob.toCharArray()) {
      expression.append(
          switch (c) {
            case '*' -> ".*";
            case '?' -> ".";
            default -> Pattern.quote(String.valueOf(c));
          });
    }
    return Pattern.compile(expression.toString(), Pattern.DOTALL).matcher(name).matches();
  }
}
