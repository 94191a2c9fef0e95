package io.sequitur.bench;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads {@code 800B}, {@code 1kB} (1000 bytes) and {@code 1KiB} (1024 bytes) as bytes. */
final class SizeConverter implements ITypeConverter<Integer> {
  private static final Pattern FORM =
      Pattern.compile("(\\d{1,6})\\s*(b|kb|kib)?", Pattern.CASE_INSENSITIVE);

  @Override
  public Integer convert(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      throw new TypeConversionException("'" + text + "' is not a size; write 800B, 1kB or 1KiB");
    }
    String unit = matcher.group(2) == null ? "b" : matcher.group(2).toLowerCase(Locale.ROOT);
    int factor =
        switch (unit) {
          case "kb" -> 1000;
          case "kib" -> 1024;
          default -> 1;
        };
    return Integer.parseInt(matcher.group(1)) * factor;
  }
}
