package io.sequitur.api.http;

import io.sequitur.workflows.json.Problem;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One page of a list.
 *
 * @param next the cursor of the next page; null on the last
 */
public record Page<T>(List<T> items, @Nullable String next) {
  public static final int DEFAULT_LIMIT = 50;
  public static final int MAX_LIMIT = 200;

  /** What the caller asked for; {@code after} is empty on the first page. */
  public record Request(int limit, String after) {
    public static Request of(@Nullable Integer limit, @Nullable String cursor) {
      int size = limit == null ? DEFAULT_LIMIT : limit;
      if (size < 1 || size > MAX_LIMIT) {
        throw refused("limit", "limit must be between 1 and " + MAX_LIMIT + ".");
      }
      return new Request(size, cursor == null ? "" : decode(cursor));
    }

    /**
     * What the cursor stands for; null on the first page.
     *
     * @param read gives null for what is none
     */
    public <K> @Nullable K after(Function<String, @Nullable K> read) {
      if (after.isEmpty()) {
        return null;
      }
      K key = read.apply(after);
      if (key == null) {
        throw notOurs();
      }
      return key;
    }
  }

  /**
   * A page of {@code rows}, of which one more than the limit was asked for.
   *
   * @param key what the next page begins after
   */
  public static <R, T> Page<T> of(
      List<R> rows, Request request, Function<R, String> key, Function<R, T> view) {
    boolean more = rows.size() > request.limit;
    List<R> shown = more ? rows.subList(0, request.limit) : rows;
    return new Page<>(
        shown.stream().map(view).toList(), more ? encode(key.apply(shown.getLast())) : null);
  }

  private static String encode(String key) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(key.getBytes(StandardCharsets.UTF_8));
  }

  private static String decode(String cursor) {
    byte[] bytes;
    try {
      bytes = Base64.getUrlDecoder().decode(cursor);
    } catch (IllegalArgumentException e) {
      throw notOurs();
    }
    String key = new String(bytes, StandardCharsets.UTF_8);
    if (key.indexOf('\0') >= 0) {
      throw notOurs();
    }
    return key;
  }

  private static ProblemException notOurs() {
    return refused("cursor", "This cursor was not made by this server for this list.");
  }

  private static ProblemException refused(String parameter, String detail) {
    return new ProblemException(
        ProblemType.MALFORMED, detail, List.of(new Problem("/" + parameter, detail)));
  }
}
