package io.sequitur.api.event;

import io.sequitur.activities.event.EventTypes;
import io.sequitur.activities.event.EventTypes.Answer;
import io.sequitur.api.http.ProblemException;
import io.sequitur.api.http.ProblemType;
import io.sequitur.db.event.Appended.TypeName;
import io.sequitur.db.event.EventStore;
import io.sequitur.db.event.JudgedEvent;
import io.sequitur.db.event.Judgement;
import io.sequitur.db.event.NewEvent;
import io.sequitur.workflows.json.Problem;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Holds what is published against its type, as far as this process knows it; the statement that
 * stores it tells when that was not the latest. Before anything is refused the type is read again,
 * and what was accepted once is a duplicate and not refused.
 */
@Singleton
final class TypeChecks {
  private static final int MAX_PROBLEMS = 20;

  private final EventTypes types;
  private final EventStore events;

  TypeChecks(EventTypes types, EventStore events) {
    this.types = types;
    this.events = events;
  }

  /**
   * @throws ProblemException when its type refuses it
   */
  JudgedEvent ask(NewEvent event) {
    Answer answer = ask(event, "");
    return answer.refuses()
        ? reconsidered(List.of(event), false).getFirst()
        : new JudgedEvent(event, answer.judgement());
  }

  /**
   * @throws ProblemException when the type of any of them refuses it
   */
  List<JudgedEvent> ask(List<NewEvent> batch) {
    List<Answer> answers = answers(batch, true);
    return answers.stream().anyMatch(Answer::refuses)
        ? reconsidered(batch, true)
        : judged(batch, answers, Set.of());
  }

  /** Reads types that are not what they were. */
  void changed(Collection<TypeName> names) {
    names.stream().distinct().forEach(types::refresh);
  }

  private List<JudgedEvent> reconsidered(List<NewEvent> all, boolean batch) {
    List<Answer> answers = answers(all, batch);
    while (isOld(all, answers)) {
      answers = answers(all, batch);
    }
    List<Integer> refused = new ArrayList<>();
    for (int i = 0; i < all.size(); i++) {
      if (answers.get(i).refuses()) {
        refused.add(i);
      }
    }
    List<NewEvent> asked = refused.stream().map(all::get).toList();
    Set<Integer> duplicates = new HashSet<>();
    events.known(asked).forEach(place -> duplicates.add(refused.get(place)));
    refused.removeAll(duplicates);
    if (!refused.isEmpty()) {
      throw refusal(refused.stream().map(answers::get).toList());
    }
    return judged(all, answers, duplicates);
  }

  /** Whether a type that refuses something has changed since it was asked. */
  private boolean isOld(List<NewEvent> all, List<Answer> answers) {
    Map<TypeName, @Nullable Long> current = new HashMap<>();
    boolean old = false;
    for (int i = 0; i < all.size(); i++) {
      if (answers.get(i).refuses()) {
        TypeName name = new TypeName(all.get(i).tenant(), all.get(i).type());
        if (!current.containsKey(name)) {
          current.put(name, types.refresh(name));
        }
        old |= !Objects.equals(current.get(name), answers.get(i).version());
      }
    }
    return old;
  }

  private List<Answer> answers(List<NewEvent> all, boolean batch) {
    List<Answer> answers = new ArrayList<>();
    for (int i = 0; i < all.size(); i++) {
      answers.add(ask(all.get(i), batch ? Problem.child("", i) : ""));
    }
    return answers;
  }

  private Answer ask(NewEvent event, String at) {
    return types.ask(event.tenant(), event.type(), event.body(), at);
  }

  // A duplicate is stored by nobody, so what is judged of it does not matter.
  private static List<JudgedEvent> judged(
      List<NewEvent> all, List<Answer> answers, Set<Integer> duplicates) {
    List<JudgedEvent> judged = new ArrayList<>();
    for (int i = 0; i < all.size(); i++) {
      Judgement judgement =
          duplicates.contains(i)
              ? new Judgement(answers.get(i).version(), null, null)
              : answers.get(i).judgement();
      judged.add(new JudgedEvent(all.get(i), judgement));
    }
    return judged;
  }

  private static ProblemException refusal(List<Answer> refused) {
    List<Problem> problems =
        refused.stream().flatMap(answer -> answer.problems().stream()).limit(MAX_PROBLEMS).toList();
    return new ProblemException(
        ProblemType.INVALID,
        "Nothing was stored: the data does not fit the event type "
            + refused.getFirst().type()
            + ".",
        problems);
  }
}
