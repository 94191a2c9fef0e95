package io.sequitur.workflows.catalogue;

import com.google.re2j.Pattern;
import dev.cel.common.CelErrorCode;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What one evaluation of a filter has cost so far, in steps. Whatever grows with the event (loops,
 * comparisons of long texts and lists, searches) pays before it works, so a filter that would take
 * longer ends with an error instead. The count depends on the filter and the event alone, never on
 * the machine.
 */
final class Evaluation {
  /** Measured: under a millisecond, whatever the steps are. */
  static final int MOST_STEPS = 30_000;

  private static final String TOO_MUCH =
      "it takes more than %d steps for this event; test less of it, or something cheaper first"
          .formatted(MOST_STEPS);

  private static final int FAILURE = 250;

  /** Characters that are copied, compared or hashed in one step. */
  private static final int CHARACTERS = 32;

  private static final int PARSED = 8;

  /** The same where one after the other may be the place that is looked for. */
  private static final int SEARCHED = 128;

  // CEL calls functions with their arguments only, so they find their evaluation by the thread.
  private static final ThreadLocal<Evaluation> CURRENT = ThreadLocal.withInitial(Evaluation::new);

  private long steps;
  private Map<String, Pattern> regexes = Map.of();

  private Evaluation() {}

  /** Begins an evaluation in this thread, with a count of its own. */
  static void begin(Map<String, Pattern> regexes) {
    Evaluation current = current();
    current.steps = 0;
    current.regexes = regexes;
  }

  static Evaluation current() {
    return CURRENT.get();
  }

  /** What the evaluation has cost. */
  long steps() {
    return steps;
  }

  /** The regular expression that stands in the filter as this text. */
  Pattern regex(String text) {
    return Objects.requireNonNull(regexes.get(text), "collected when the filter was compiled");
  }

  /**
   * Pays for work that is about to be done.
   *
   * @throws FilterFailure if the evaluation costs too much
   */
  void pay(long more) {
    steps += more;
    if (steps > MOST_STEPS) {
      throw new FilterFailure(TOO_MUCH, CelErrorCode.ITERATION_BUDGET_EXCEEDED);
    }
  }

  /** Pays for failing: CEL makes exceptions of it. */
  FilterFailure failure(String reason, CelErrorCode code) {
    pay(FAILURE);
    return new FilterFailure(reason, code);
  }

  /** Pays for looking at the whole of a text; other values cost one step. */
  void payForText(Object value) {
    pay(value instanceof String text ? 1 + text.length() / CHARACTERS : 1);
  }

  /** Pays for reading a text as a number, a time or bytes. */
  void payForParsing(Object value) {
    pay(value instanceof String text ? 1 + text.length() / PARSED : 1);
  }

  /** Pays for finding a time zone by its name. */
  void payForZone(Object value) {
    pay(value instanceof String text ? 1 + text.length() : 1);
  }

  /** Pays for telling whether two values are equal, which ends where they differ in size. */
  void payForEquality(@Nullable Object one, @Nullable Object other) {
    pay(1);
    if (one instanceof String a && other instanceof String b) {
      pay(a.length() == b.length() ? a.length() / CHARACTERS : 0);
    } else if (one instanceof List<?> a && other instanceof List<?> b && a.size() == b.size()) {
      Iterator<?> others = b.iterator();
      a.forEach(element -> payForEquality(element, others.next()));
    } else if (one instanceof Map<?, ?> a && other instanceof Map<?, ?> b && a.size() == b.size()) {
      a.forEach((key, value) -> payForEquality(value, b.get(key)));
    }
  }

  /** Pays for looking for a value in a list; in a map it is found at once. */
  void payForMembership(Object value, Object container) {
    pay(1);
    if (container instanceof List<?> list) {
      list.forEach(element -> payForEquality(element, value));
    }
  }

  /** Pays for looking for one text in another, wherever it may begin. */
  void payForSearch(Object text, Object part) {
    if (text instanceof String in && part instanceof String of) {
      pay(1 + in.length() * (1L + of.length()) / SEARCHED);
    }
  }

  /** Pays for an automaton that may be in each of its states at each character. */
  void payForMatch(Object text, Object regex) {
    if (text instanceof String in && regex instanceof String literal) {
      pay(1 + (1L + in.length()) * regex(literal).programSize());
    }
  }

  /** Pays for putting texts or lists together; the entries of lists are not looked at. */
  void payForCopy(Object left, Object right) {
    pay(1 + copied(left) + copied(right));
  }

  private static long copied(Object value) {
    return switch (value) {
      case String text -> text.length() / CHARACTERS;
      case List<?> list -> 2L * list.size();
      default -> 0;
    };
  }
}
