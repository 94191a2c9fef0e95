package io.sequitur.workflows.catalogue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Finds rules by the patterns they were added with. A pattern without {@code *} is found by the
 * type itself, another one by what it begins with, and among those by what it ends with. So a
 * search looks once for each length that a beginning has (a type has at most 255 characters), and
 * comes upon those patterns only that match at both ends, however many others there are.
 */
final class PatternIndex {
  private final Map<String, List<Integer>> exact = new HashMap<>();
  private final Map<String, Endings> wild = new HashMap<>();
  private final SortedSet<Integer> beginnings = new TreeSet<>();

  /** The patterns that begin alike, by what they end with. */
  private static final class Endings {
    private final Map<String, List<Integer>> rules = new HashMap<>();
    private final SortedSet<Integer> lengths = new TreeSet<>();
  }

  void add(EventPattern pattern, int rule) {
    if (pattern.isLiteral()) {
      add(exact, pattern.prefix(), rule);
    } else {
      addWild(pattern.prefix(), pattern.suffix(), rule);
    }
  }

  /** A rule that takes every type. */
  void addAny(int rule) {
    addWild("", "", rule);
  }

  private void addWild(String prefix, String suffix, int rule) {
    beginnings.add(prefix.length());
    Endings endings = wild.computeIfAbsent(prefix, absent -> new Endings());
    endings.lengths.add(suffix.length());
    add(endings.rules, suffix, rule);
  }

  private static void add(Map<String, List<Integer>> index, String key, int rule) {
    index.computeIfAbsent(key, absent -> new ArrayList<>(1)).add(rule);
  }

  /** All rules that may take the type, and few that do not; each once, in ascending order. */
  SortedSet<Integer> candidates(String type) {
    SortedSet<Integer> found = new TreeSet<>(exact.getOrDefault(type, List.of()));
    for (int length : beginnings) {
      if (length > type.length()) {
        break;
      }
      Endings endings = wild.get(type.substring(0, length));
      if (endings != null) {
        collect(endings, type, type.length() - length, found);
      }
    }
    return found;
  }

  private static void collect(Endings endings, String type, int room, SortedSet<Integer> found) {
    for (int length : endings.lengths) {
      if (length > room) {
        break;
      }
      String ending = type.substring(type.length() - length);
      found.addAll(endings.rules.getOrDefault(ending, List.of()));
    }
  }
}
