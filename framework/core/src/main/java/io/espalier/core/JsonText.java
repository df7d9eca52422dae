package io.espalier.core;

/** Text as a JSON string literal (RFC 8259, section 7). */
final class JsonText {
  private static final int HEX_DIGITS = 4;

  private JsonText() {}

  static String quote(String text) {
    StringBuilder json = new StringBuilder("\"");
    for (char c : text.toCharArray()) {
      if (c == '"' || c == '\\') {
        json.append('\\').append(c);
      } else if (c < ' ') {
        json.append("\\u%04x".formatted((int) c));
      } else {
        json.append(c);
      }
    }
    return json.append('"').toString();
  }

  /**
   * @throws IllegalArgumentException for text that is no JSON string
   */
  static String unquote(String json) {
    if (json.length() < 2 || !json.startsWith("\"") || !json.endsWith("\"")) {
      throw new IllegalArgumentException("no JSON string: " + json);
    }
    StringBuilder text = new StringBuilder();
    int end = json.length() - 1;
    for (int i = 1; i < end; i++) {
      char c = json.charAt(i);
      if (c != '\\') {
        text.append(c);
      } else if (++i >= end) {
        throw new IllegalArgumentException("unfinished escape: " + json);
      } else if (json.charAt(i) == 'u') {
        if (i + HEX_DIGITS >= end) {
          throw new IllegalArgumentException("unfinished escape: " + json);
        }
        text.append((char) Integer.parseInt(json.substring(i + 1, i + 1 + HEX_DIGITS), 16));
        i += HEX_DIGITS;
      } else {
        text.append(escaped(json.charAt(i)));
      }
    }
    return text.toString();
  }

  private static char escaped(char letter) {
    return switch (letter) {
      case '"', '\\', '/' -> letter;
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      default -> throw new IllegalArgumentException("unknown escape: \\" + letter);
    };
  }
}
