package io.sequitur.workflows.delivery;

import io.sequitur.workflows.delivery.DeliveryFacts.WebhookUse;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Whether an operator can do something to a delivery now.
 *
 * @param reason why not, in a sentence that says what would help; of an available one, what has to
 *     be known about it, or null
 */
public record AvailableAction(DeliveryAction action, boolean available, @Nullable String reason) {

  /** Every action, in a fixed order. */
  public static List<AvailableAction> of(DeliveryFacts facts) {
    return Arrays.stream(DeliveryAction.values()).map(action -> of(action, facts)).toList();
  }

  /** One of them. */
  public static AvailableAction of(DeliveryAction action, DeliveryFacts facts) {
    String refusal = facts.state().finished() ? finished(action, facts) : open(action, facts);
    boolean available = refusal == null;
    boolean tooLate = available && facts.underWay() && action != DeliveryAction.RETRY;
    return new AvailableAction(
        action,
        available,
        tooLate
            ? "An attempt is under way and cannot be called back: if it is answered 2xx, the delivery is delivered."
            : refusal);
  }

  private static @Nullable String finished(DeliveryAction action, DeliveryFacts facts) {
    if (action == DeliveryAction.RETRY && facts.state() == DeliveryState.EXHAUSTED) {
      return facts.ordered() && facts.behind() != null ? behind(facts) : unusable(facts);
    }
    String was =
        facts.webhook() == WebhookUse.DELETED && facts.state() == DeliveryState.CANCELLED
            ? "It was cancelled with its webhook, which is deleted."
            : "It is " + facts.state().word() + " already.";
    // Nor can it be replayed to a webhook that is gone.
    return action == DeliveryAction.RETRY && facts.webhook() != WebhookUse.DELETED
        ? was + " To send it again, replay it."
        : was;
  }

  private static @Nullable String open(DeliveryAction action, DeliveryFacts facts) {
    DeliveryState ending = facts.ending();
    if (ending != null) {
      return "It is being " + ending.word() + ": an attempt is under way.";
    }
    return switch (action) {
      case CANCEL -> null;
      case SKIP -> skip(facts);
      case RETRY -> retry(facts);
    };
  }

  private static @Nullable String skip(DeliveryFacts facts) {
    if (facts.behind() != null) {
      return "It holds nothing up, as " + facts.behind() + " stands before it. Cancel it instead.";
    }
    return facts.ordered() || facts.state() == DeliveryState.BLOCKED
        ? null
        : "Only the head of an ordered lane is skipped, and this holds nothing up. Cancel it instead.";
  }

  private static @Nullable String retry(DeliveryFacts facts) {
    if (facts.underWay()) {
      return "An attempt is under way.";
    }
    if (facts.behind() != null) {
      return behind(facts);
    }
    String unusable = unusable(facts);
    if (unusable != null) {
      return unusable;
    }
    return facts.state() == DeliveryState.PENDING ? "Its first attempt is due already." : null;
  }

  private static String behind(DeliveryFacts facts) {
    return "It waits behind " + facts.behind() + ". Retry, skip or cancel that one.";
  }

  private static @Nullable String unusable(DeliveryFacts facts) {
    return switch (facts.webhook()) {
      case USABLE -> null;
      case INACTIVE -> "Its webhook is inactive. Set `active` to true, and it goes on by itself.";
      case DISABLED -> "Its webhook is disabled. Enable the webhook, and it goes on by itself.";
      case DELETED -> "Its webhook is deleted.";
    };
  }
}
