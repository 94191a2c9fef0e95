package io.sequitur.api.reference;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A committed file, or a part of one, that is made from the code: compared, or written anew. */
final class Generated {
  private static final String REFRESH = "make docs";

  /** The repository's root: tests run in their module's directory. */
  private static final Path ROOT = Path.of("..");

  private Generated() {}

  static void whole(String file, String text) {
    settle(file, text);
  }

  /** The lines between two comments that name the part. */
  static void part(String file, String part, String text) {
    String begin = "<!-- begin " + part + ", made by `" + REFRESH + "` -->\n";
    String end = "<!-- end " + part + " -->\n";
    String now = read(file);
    int from = now.indexOf(begin) + begin.length();
    int to = now.indexOf(end);
    assertThat(now).as(file).contains(begin, end);
    settle(file, now.substring(0, from) + text + now.substring(to));
  }

  static String read(String file) {
    try {
      return Files.exists(ROOT.resolve(file)) ? Files.readString(ROOT.resolve(file)) : "";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  // The first difference: the whole would be pages.
  private static void requireSame(String file, List<String> committed, List<String> made) {
    int line = 0;
    while (line < committed.size()
        && line < made.size()
        && committed.get(line).equals(made.get(line))) {
      line++;
    }
    if (line < committed.size() || line < made.size()) {
      throw new AssertionError(
          """
          %s is not what the code says; refresh it with: %s
          line %d: %s
          now:     %s\
          """
              .formatted(file, REFRESH, line + 1, at(committed, line), at(made, line)));
    }
  }

  private static String at(List<String> lines, int line) {
    return line < lines.size() ? lines.get(line) : "(the end)";
  }

  private static void settle(String file, String text) {
    if (!"write".equals(System.getProperty("sequitur.docs"))) {
      requireSame(file, read(file).lines().toList(), text.lines().toList());
      return;
    }
    try {
      Files.writeString(ROOT.resolve(file), text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
