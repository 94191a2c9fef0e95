package io.sequitur.api.catalogue;

import io.sequitur.workflows.catalogue.FilterPart;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Whether an event starts a trigger, and why.
 *
 * @param reason in a sentence
 * @param filter null if there is none, or if the type is not let in
 * @param condition what the event means to the trigger's condition, in a sentence
 * @param actions what the trigger does when an event matches
 * @param routed for an event that has been routed: what happened then
 */
public record MatchBody(
    String trigger,
    boolean matches,
    String reason,
    TypeMatch type,
    @Nullable Part filter,
    @Nullable String condition,
    List<Action> actions,
    @Nullable Routed routed) {

  /**
   * Whether the type is let in.
   *
   * @param patterns none: all user events
   * @param pattern the first that matches
   */
  public record TypeMatch(
      String type, boolean matches, List<String> patterns, @Nullable String pattern) {}

  /**
   * A filter, or a part of it.
   *
   * @param result {@code true}, {@code false} or {@code error}
   * @param join {@code all}, {@code any} or {@code not}: how the parts make it
   * @param values what of the event it looked at, where it has no parts
   * @param problem why it could not be evaluated
   */
  public record Part(
      String expression,
      String result,
      @Nullable String join,
      List<Part> parts,
      List<Value> values,
      @Nullable String problem) {
    static Part of(FilterPart part) {
      FilterPart.Join join = part.join();
      return new Part(
          part.expression(),
          word(part.outcome()),
          join == null ? null : word(join),
          part.parts().stream().map(Part::of).toList(),
          part.values().stream().map(Value::of).toList(),
          part.problem());
    }

    private static String word(Enum<?> constant) {
      return constant.name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * A place of the event.
   *
   * @param value in JSON, shortened; null if there is none
   * @param problem why there is none
   */
  public record Value(String expression, @Nullable String value, @Nullable String problem) {
    static Value of(FilterPart.Seen seen) {
      return new Value(seen.expression(), seen.value(), seen.problem());
    }
  }

  /**
   * What one action does, to what.
   *
   * @param deliver empty for one that does something else
   * @param startWorkflow the type of the workflow that it starts
   * @param problem why it would fail for this event
   */
  public record Action(
      List<Webhook> deliver, @Nullable String startWorkflow, @Nullable String problem) {}

  /**
   * A webhook that the event would be delivered to.
   *
   * @param routed whether it would
   * @param note why not, or why not at once
   */
  public record Webhook(String webhook, boolean routed, @Nullable String note) {}

  /**
   * What happened when the event was routed.
   *
   * @param changedSince whether the trigger, or a webhook it delivers to, was changed after that
   * @param note says so, in a sentence
   */
  public record Routed(Instant at, boolean matched, boolean changedSince, @Nullable String note) {}

  MatchBody with(Routed happened) {
    return new MatchBody(trigger, matches, reason, type, filter, condition, actions, happened);
  }
}
