package io.sequitur.api.catalogue;

import io.sequitur.activities.catalogue.BuiltInTrigger;
import io.sequitur.activities.catalogue.BuiltInTriggers;
import io.sequitur.api.catalogue.MatchBody.Part;
import io.sequitur.api.http.KnownNames;
import io.sequitur.db.catalogue.NameReader;
import io.sequitur.db.catalogue.TriggerRow;
import io.sequitur.db.catalogue.TriggerStore;
import io.sequitur.db.webhook.WebhookRow;
import io.sequitur.db.webhook.WebhookStore;
import io.sequitur.workflows.catalogue.CatalogueName;
import io.sequitur.workflows.catalogue.Condition;
import io.sequitur.workflows.catalogue.ConditionRole;
import io.sequitur.workflows.catalogue.EventPattern;
import io.sequitur.workflows.catalogue.EventView;
import io.sequitur.workflows.catalogue.FilterPart;
import io.sequitur.workflows.catalogue.MatchExplanation;
import io.sequitur.workflows.catalogue.PlannedAction;
import io.sequitur.workflows.catalogue.StartWorkflowReader;
import io.sequitur.workflows.catalogue.StoredTrigger;
import io.sequitur.workflows.catalogue.TemplateFailure;
import io.sequitur.workflows.catalogue.TriggerAction;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Says whether an event starts a trigger, and why, with the trigger as it is now. */
@Singleton
public final class MatchExplainer {
  private static final String CLOSES = "The condition of the trigger waits for this type.";

  private final TriggerStore triggers;
  private final WebhookStore webhooks;
  private final BuiltInTriggers builtIn;
  private final KnownNames names;

  MatchExplainer(
      TriggerStore triggers, WebhookStore webhooks, BuiltInTriggers builtIn, KnownNames names) {
    this.triggers = triggers;
    this.webhooks = webhooks;
    this.builtIn = builtIn;
    this.names = names;
  }

  /**
   * What is explained.
   *
   * @param actions as they are stored; null if it only delivers
   * @param condition what decides when it acts on the events that match, as it is stored
   * @param standsStill why it starts nothing, whatever the event
   */
  private record Subject(
      String name,
      List<String> events,
      @Nullable String filter,
      List<MatchBody.Webhook> targets,
      @Nullable String actions,
      @Nullable String condition,
      Instant changedAt,
      @Nullable String standsStill) {}

  /**
   * Explains an event that need not be stored.
   *
   * @throws io.sequitur.api.http.ProblemException if there is no such trigger
   */
  public MatchBody explain(String tenant, String trigger, EventView event) {
    return explain(subject(tenant, trigger), event);
  }

  /**
   * Explains an event that was routed.
   *
   * @param matched whether it started the trigger then
   * @throws io.sequitur.api.http.ProblemException if there is no such trigger
   */
  public MatchBody explain(
      String tenant, String trigger, EventView event, Instant routedAt, boolean matched) {
    Subject subject = subject(tenant, trigger);
    MatchBody now = explain(subject, event);
    boolean changed = subject.changedAt.isAfter(routedAt) || now.matches() != matched;
    String note =
        changed
            ? "The catalogue was changed after the event was routed: this explains the trigger as it is now; then it %s."
                .formatted(matched ? "matched" : "did not match")
            : null;
    return now.with(new MatchBody.Routed(routedAt, matched, changed, note));
  }

  private static MatchBody explain(Subject subject, EventView event) {
    try {
      return explain(subject, compiled(subject), event);
    } catch (IllegalArgumentException e) {
      // Written by hand past the API.
      String reason = "The trigger is invalid, so it matches nothing: " + e.getMessage();
      MatchBody.TypeMatch type = new MatchBody.TypeMatch(event.type(), false, subject.events, null);
      return new MatchBody(
          subject.name, false, reason, type, null, null, deliveries(subject), null);
    }
  }

  private static MatchBody explain(Subject subject, StoredTrigger trigger, EventView event) {
    MatchExplanation explanation = MatchExplanation.of(trigger.rule(), event);
    ConditionRole role =
        ConditionRole.of(trigger, event.type(), explanation.matches()).orElse(null);
    String closing = role == null || explanation.matches() ? null : role.closing();
    boolean onlyCloses = closing != null;
    String still = subject.standsStill;
    FilterPart filter = explanation.filter();
    return new MatchBody(
        subject.name,
        (explanation.matches() || onlyCloses) && still == null,
        still != null ? still : onlyCloses ? CLOSES : explanation.sentence(),
        onlyCloses ? closing(trigger, closing, event) : type(trigger, explanation, event),
        filter == null ? null : Part.of(filter),
        role == null ? null : role.sentence(),
        onlyCloses ? List.of() : actions(subject, trigger, event),
        null);
  }

  private static MatchBody.TypeMatch type(
      StoredTrigger trigger, MatchExplanation explanation, EventView event) {
    return new MatchBody.TypeMatch(
        event.type(),
        explanation.verdict() != MatchExplanation.Verdict.OTHER_TYPE,
        texts(trigger.rule().patterns()),
        explanation.pattern());
  }

  private static MatchBody.TypeMatch closing(
      StoredTrigger trigger, @Nullable String closing, EventView event) {
    List<EventPattern> absent =
        trigger.condition() instanceof Condition.Absence absence ? absence.absent() : List.of();
    return new MatchBody.TypeMatch(event.type(), true, texts(absent), closing);
  }

  private static List<String> texts(List<EventPattern> patterns) {
    return patterns.stream().map(EventPattern::toString).toList();
  }

  private static List<MatchBody.Action> deliveries(Subject subject) {
    return subject.targets.isEmpty()
        ? List.of()
        : List.of(new MatchBody.Action(subject.targets, null, null));
  }

  private static List<MatchBody.Action> actions(
      Subject subject, StoredTrigger trigger, EventView event) {
    List<MatchBody.Action> actions = new ArrayList<>(deliveries(subject));
    for (PlannedAction action : trigger.rule().actions()) {
      if (action.kind().equals(TriggerAction.StartWorkflow.KIND)) {
        actions.add(start(StartWorkflowReader.stored(action.tree()), event));
      }
    }
    return actions;
  }

  private static MatchBody.Action start(TriggerAction.StartWorkflow start, EventView event) {
    try {
      String unused = start.filled(event.context()).id();
      return new MatchBody.Action(List.of(), start.type(), null);
    } catch (TemplateFailure | IllegalArgumentException e) {
      return new MatchBody.Action(List.of(), start.type(), e.getMessage());
    }
  }

  private static StoredTrigger compiled(Subject subject) {
    return StoredTrigger.compile(
        subject.name,
        subject.events,
        subject.filter,
        subject.condition,
        subject.actions,
        List.of());
  }

  private Subject subject(String tenant, String trigger) {
    return triggers
        .find(tenant, trigger)
        .map(row -> subject(tenant, row))
        .or(() -> standingStill(tenant, trigger))
        .or(() -> builtIn.find(trigger).map(MatchExplainer::subject))
        .orElseThrow(() -> names.missing(tenant, NameReader.Kind.TRIGGER, trigger));
  }

  private Subject subject(String tenant, TriggerRow row) {
    List<WebhookRow> rows = new ArrayList<>();
    row.deliver().forEach(name -> webhooks.find(tenant, name).ifPresent(rows::add));
    Instant changedAt =
        Stream.concat(Stream.of(row.updatedAt()), rows.stream().map(WebhookRow::updatedAt))
            .max(Instant::compareTo)
            .orElseThrow();
    List<MatchBody.Webhook> targets = rows.stream().map(MatchExplainer::target).toList();
    return new Subject(
        row.name(),
        row.events(),
        row.filter(),
        targets,
        row.actions(),
        row.condition(),
        changedAt,
        null);
  }

  private static Subject subject(BuiltInTrigger trigger) {
    return new Subject(
        trigger.name(), trigger.events(), null, List.of(), null, null, Instant.EPOCH, null);
  }

  /** The trigger that a webhook would have if it were active. */
  private Optional<Subject> standingStill(String tenant, String trigger) {
    if (!trigger.startsWith(CatalogueName.WEBHOOK_TRIGGER)) {
      return Optional.empty();
    }
    String name = trigger.substring(CatalogueName.WEBHOOK_TRIGGER.length());
    return webhooks
        .find(tenant, name)
        .filter(webhook -> !webhook.settings().active())
        .map(webhook -> {
          List<String> events = webhook.settings().events();
          return new Subject(
              trigger,
              events == null ? List.of() : events,
              webhook.settings().filter(),
              List.of(target(webhook)),
              null,
              null,
              webhook.updatedAt(),
              "The webhook %s is inactive, so it is not routed to.".formatted(name));
        });
  }

  private static MatchBody.Webhook target(WebhookRow webhook) {
    String name = webhook.settings().name();
    if (!webhook.settings().active()) {
      return new MatchBody.Webhook(name, false, "inactive, so it is not routed to");
    }
    return webhook.state().status().equals("disabled")
        ? new MatchBody.Webhook(name, true, "disabled, so the delivery is held")
        : new MatchBody.Webhook(name, true, null);
  }
}
