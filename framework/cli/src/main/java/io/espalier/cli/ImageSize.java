package io.espalier.cli;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Height and width of an image in pixels, written as {@code 28x28}.
 *
 * @param height rows
 * @param width columns
 */
record ImageSize(int height, int width) {
  private static final Pattern FORM = Pattern.compile("(\\d{1,9})x(\\d{1,9})");

  /** Reads what the user typed. */
  static final class Converter implements ITypeConverter<ImageSize> {
    @Override
    public ImageSize convert(String text) {
      Matcher matcher = FORM.matcher(text);
      if (!matcher.matches()) {
        throw new TypeConversionException(
            "'" + text + "' is no size; write height and width in pixels, such as 28x28");
      }
      return new ImageSize(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)));
    }
  }
}
