package io.sequitur.workflows.catalogue;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Guesses what somebody meant who wrote an unknown word. */
public final class Suggestion {
  private static final int MAX_DISTANCE = 2;
  private static final int LONGEST = 120;

  private Suggestion() {}

  /** The known word closest to the one written, if it is close. */
  public static Optional<String> of(String written, Collection<String> known) {
    if (written.length() > LONGEST) {
      return Optional.empty();
    }
    String word = folded(written);
    return known.stream()
        .filter(candidate -> distance(word, folded(candidate)) <= allowed(candidate))
        .min(Comparator.comparingInt(candidate -> distance(word, folded(candidate))));
  }

  /** {@code max_concurrency} is {@code maxConcurrency}. */
  private static String folded(String word) {
    return word.toLowerCase(Locale.ROOT).replace("_", "").replace("-", "");
  }

  /** Short words are close to everything. */
  private static int allowed(String word) {
    return Math.min(MAX_DISTANCE, (word.length() + 1) / 3);
  }

  /** Levenshtein's distance, one row at a time. */
  private static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int changed = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(changed, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[b.length()];
  }
}
