package io.sequitur.workflows.delivery;

import static io.sequitur.workflows.delivery.DeliveryCause.ATTEMPT_DELIVERED;
import static io.sequitur.workflows.delivery.DeliveryCause.ATTEMPT_FAILED;
import static io.sequitur.workflows.delivery.DeliveryCause.ATTEMPT_GONE;
import static io.sequitur.workflows.delivery.DeliveryCause.ATTEMPT_UNSENDABLE;
import static io.sequitur.workflows.delivery.DeliveryCause.CANCEL;
import static io.sequitur.workflows.delivery.DeliveryCause.CONFIGURATION_CHANGED;
import static io.sequitur.workflows.delivery.DeliveryCause.HEAD_REACHED;
import static io.sequitur.workflows.delivery.DeliveryCause.RETRY;
import static io.sequitur.workflows.delivery.DeliveryCause.SCHEDULE_USED_UP;
import static io.sequitur.workflows.delivery.DeliveryCause.SKIP;
import static io.sequitur.workflows.delivery.DeliveryCause.WEBHOOK_DELETED;
import static io.sequitur.workflows.delivery.DeliveryCause.WEBHOOK_UNUSABLE;
import static io.sequitur.workflows.delivery.DeliveryCause.WEBHOOK_USABLE;
import static io.sequitur.workflows.delivery.DeliveryState.BLOCKED;
import static io.sequitur.workflows.delivery.DeliveryState.CANCELLED;
import static io.sequitur.workflows.delivery.DeliveryState.DELIVERED;
import static io.sequitur.workflows.delivery.DeliveryState.EXHAUSTED;
import static io.sequitur.workflows.delivery.DeliveryState.HELD;
import static io.sequitur.workflows.delivery.DeliveryState.PENDING;
import static io.sequitur.workflows.delivery.DeliveryState.RETRYING;
import static io.sequitur.workflows.delivery.DeliveryState.SKIPPED;
import static io.sequitur.workflows.delivery.DeliveryState.WAITING;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The table of a delivery's states: what may follow which state, and why. The statements that move
 * deliveries are tested against it, and docs/deliveries.md shows it.
 */
public final class DeliveryTransitions {
  private static final Set<DeliveryState> ON_ITS_WAY = Set.of(PENDING, RETRYING, HELD);

  /** All that can happen; a state without a row is left by nothing. */
  public static final List<Transition> TABLE =
      Stream.of(
              // An attempt that is on the wire when the webhook becomes unusable ends all the same.
              from(ON_ITS_WAY, ATTEMPT_DELIVERED, DELIVERED),
              from(Set.of(PENDING, RETRYING), ATTEMPT_FAILED, RETRYING),
              from(Set.of(HELD), ATTEMPT_FAILED, HELD),
              from(ON_ITS_WAY, ATTEMPT_GONE, HELD),
              from(ON_ITS_WAY, ATTEMPT_UNSENDABLE, HELD),
              from(ON_ITS_WAY, SCHEDULE_USED_UP, EXHAUSTED, BLOCKED),
              from(Set.of(WAITING), HEAD_REACHED, PENDING, RETRYING),
              from(Set.of(PENDING, RETRYING, WAITING), WEBHOOK_UNUSABLE, HELD),
              from(Set.of(HELD), WEBHOOK_USABLE, PENDING, RETRYING, WAITING, HELD),
              from(Set.of(HELD), CONFIGURATION_CHANGED, RETRYING),
              from(Set.of(PENDING, RETRYING, WAITING, HELD, BLOCKED), WEBHOOK_DELETED, CANCELLED),
              from(Set.of(RETRYING, HELD, BLOCKED, EXHAUSTED), RETRY, RETRYING),
              from(Set.of(PENDING, RETRYING, WAITING, HELD, BLOCKED), CANCEL, CANCELLED),
              from(Set.of(PENDING, RETRYING, HELD, BLOCKED), SKIP, SKIPPED))
          .flatMap(rows -> rows)
          .toList();

  private DeliveryTransitions() {}

  /**
   * One row.
   *
   * @param to one of them follows
   */
  public record Transition(DeliveryState from, DeliveryCause cause, Set<DeliveryState> to) {}

  /** Whether this may follow from that. */
  public static boolean allowed(DeliveryState from, DeliveryCause cause, DeliveryState to) {
    return TABLE.stream()
        .anyMatch(row -> row.from == from && row.cause == cause && row.to.contains(to));
  }

  /** The states that this cause may be met in. */
  public static Set<DeliveryState> before(DeliveryCause cause) {
    return TABLE.stream()
        .filter(row -> row.cause == cause)
        .map(Transition::from)
        .collect(Collectors.toUnmodifiableSet());
  }

  private static Stream<Transition> from(
      Set<DeliveryState> states, DeliveryCause cause, DeliveryState... to) {
    return states.stream().sorted().map(state -> new Transition(state, cause, Set.of(to)));
  }
}
