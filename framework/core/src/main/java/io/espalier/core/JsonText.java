package io.espalier.core;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Values as JSON text (RFC 8259) and back: numbers, truth values, texts, {@link List}s and {@link
 * Map}s of them.
 */
final class JsonText {
  private static final int HEX_DIGITS = 4;

  private final String json;
  private int at;

  private JsonText(String json) {
    this.json = json;
  }

  static String of(Object value) {
    if (value instanceof String text) {
      return quote(text);
    }
    if (value instanceof List<?> list) {
      return list.stream().map(JsonText::of).collect(Collectors.joining(",", "[", "]"));
    }
    if (value instanceof Map<?, ?> map) {
      return map.entrySet().stream()
          .map(entry -> quote(String.valueOf(entry.getKey())) + ":" + of(entry.getValue()))
          .collect(Collectors.joining(",", "{", "}"));
    }
    return value.toString();
  }

  private static String quote(String text) {
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
   * @throws IllegalArgumentException for text that is no JSON value
   */
  static Object parse(String json) {
    JsonText reader = new JsonText(json);
    Object value = reader.value();
    reader.skipSpace();
    if (reader.at < json.length()) {
      throw reader.broken("a value ends before its text does");
    }
    return value;
  }

  private Object value() {
    return switch (peek()) {
      case '"' -> text();
      case '[' -> list();
      case '{' -> map();
      default -> literal();
    };
  }

  private List<Object> list() {
    List<Object> values = new ArrayList<>();
    at++;
    while (peek() != ']') {
      if (!values.isEmpty()) {
        expect(',');
      }
      values.add(value());
    }
    at++;
    return List.copyOf(values);
  }

  private Map<String, Object> map() {
    Map<String, Object> values = new LinkedHashMap<>();
    at++;
    while (peek() != '}') {
      if (!values.isEmpty()) {
        expect(',');
      }
      peek();
      String key = text();
      expect(':');
      values.put(key, value());
    }
    at++;
    return values;
  }

  private Object literal() {
    int from = at;
    while (at < json.length() && ",]} \n\r\t".indexOf(json.charAt(at)) < 0) {
      at++;
    }
    String word = json.substring(from, at);
    if (word.equals("true") || word.equals("false")) {
      return Boolean.valueOf(word);
    }
    try {
      return Double.valueOf(word);
    } catch (NumberFormatException e) {
      throw broken("no JSON value");
    }
  }

  private String text() {
    if (json.charAt(at) != '"') {
      throw broken("no JSON string");
    }
    StringBuilder text = new StringBuilder();
    for (at++; at < json.length() && json.charAt(at) != '"'; at++) {
      text.append(json.charAt(at) == '\\' ? escaped() : json.charAt(at));
    }
    if (at >= json.length()) {
      throw broken("unfinished string");
    }
    at++;
    return text.toString();
  }

  private char escaped() {
    if (++at >= json.length()) {
      throw broken("unfinished escape");
    }
    char letter = json.charAt(at);
    return switch (letter) {
      case '"', '\\', '/' -> letter;
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'u' -> {
        if (at + HEX_DIGITS >= json.length()) {
          throw broken("unfinished escape");
        }
        at += HEX_DIGITS;
        yield (char) Integer.parseInt(json.substring(at - HEX_DIGITS + 1, at + 1), 16);
      }
      default -> throw broken("unknown escape: \\" + letter);
    };
  }

  private void expect(char wanted) {
    if (peek() != wanted) {
      throw broken("no '" + wanted + "' at " + at);
    }
    at++;
  }

  private char peek() {
    skipSpace();
    if (at >= json.length()) {
      throw broken("unfinished value");
    }
    return json.charAt(at);
  }

  private void skipSpace() {
    while (at < json.length() && Character.isWhitespace(json.charAt(at))) {
      at++;
    }
  }

  private IllegalArgumentException broken(String problem) {
    return new IllegalArgumentException(problem + ": " + json);
  }
}
