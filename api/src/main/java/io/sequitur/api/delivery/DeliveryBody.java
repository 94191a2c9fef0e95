package io.sequitur.api.delivery;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.micronaut.core.annotation.Nullable;
import io.sequitur.db.delivery.DeliveryView;
import io.sequitur.workflows.delivery.AvailableAction;
import io.sequitur.workflows.temporal.WorkflowIds;
import java.time.Instant;
import java.util.List;

/**
 * A delivery, whole.
 *
 * @param reason why it stands where it stands, when it is held, waits or is being ended
 * @param onTheWire whether an attempt is under way
 */
record DeliveryBody(
    String id,
    String event,
    String type,
    String source,
    @Nullable String key,
    String webhook,
    String state,
    @Nullable String reason,
    @JsonProperty("class") @Nullable String failureClass,
    int attemptCount,
    @Nullable Instant nextAttemptAt,
    boolean onTheWire,
    Instant createdAt,
    Instant updatedAt,
    Workflow workflow,
    List<Available> availableActions,
    List<Done> actions,
    List<LoggedAttempt> attempts) {

  /** The workflow that retries it. */
  record Workflow(String id) {}

  /** Whether an operator can do this now, and if not, why. */
  record Available(String action, boolean available, @Nullable String reason) {}

  /** What an operator did. */
  record Done(Instant at, String by, String action, String from, String to) {}

  static DeliveryBody of(
      DeliveryView row,
      @Nullable String reason,
      List<AvailableAction> available,
      List<DeliveryView.Done> actions,
      List<DeliveryView.Attempt> attempts) {
    DeliverySummary s = DeliverySummary.of(row);
    return new DeliveryBody(
        s.id(),
        s.event(),
        s.type(),
        row.source(),
        row.key(),
        s.webhook(),
        s.state(),
        reason,
        s.failureClass(),
        s.attemptCount(),
        s.nextAttemptAt(),
        row.underWay(),
        s.createdAt(),
        s.updatedAt(),
        new Workflow(WorkflowIds.webhook(row.webhookUid())),
        available.stream()
            .map(one -> new Available(one.action().word(), one.available(), one.reason()))
            .toList(),
        actions.stream()
            .map(one ->
                new Done(
                    one.at(),
                    one.actor(),
                    one.action().substring("delivery.".length()),
                    one.before(),
                    one.after()))
            .toList(),
        attempts.stream().map(LoggedAttempt::of).toList());
  }
}
