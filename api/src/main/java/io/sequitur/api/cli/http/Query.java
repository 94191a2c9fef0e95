package io.sequitur.api.cli.http;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The path and query of a request.
 *
 * @param text as it goes over the wire
 */
public record Query(String text) {

  /** One segment of a path, safe whatever the user typed. */
  public static String segment(String value) {
    return encode(value).replace("+", "%20");
  }

  /** The same with one parameter more, unless it has no value. */
  public Query with(String name, @Nullable Object value) {
    if (value == null) {
      return this;
    }
    char separator = text.indexOf('?') < 0 ? '?' : '&';
    return new Query(text + separator + name + '=' + encode(value.toString()));
  }

  private static String encode(String value) {
    return URLEncoder.encode(value, StandardCharsets.UTF_8);
  }
}
