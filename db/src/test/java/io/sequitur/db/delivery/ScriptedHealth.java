package io.sequitur.db.delivery;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What results make of a webhook is what a test says; nothing before it says something. */
final class ScriptedHealth implements HealthRule {
  /** As the webhook was, each time the rule was asked. */
  final List<Health> befores = new ArrayList<>();

  /** All results that it was asked about. */
  final List<AttemptRow> results = new ArrayList<>();

  private @Nullable Move next;

  /** From now on this follows. */
  void follows(Move move) {
    next = move;
  }

  /** From now on the breaker becomes this. */
  void becomes(BreakerRow breaker) {
    follows(new Move(breaker, 0, null, null, false));
  }

  @Override
  public Move after(Health before, List<AttemptRow> after) {
    befores.add(before);
    results.addAll(after);
    return next != null ? next : new Move(before.breaker(), 0, null, null, false);
  }
}
