package io.sequitur.workflows.delivery;

import static io.sequitur.workflows.delivery.DeliveryAction.CANCEL;
import static io.sequitur.workflows.delivery.DeliveryAction.RETRY;
import static io.sequitur.workflows.delivery.DeliveryAction.SKIP;
import static org.assertj.core.api.Assertions.assertThat;

import io.sequitur.workflows.delivery.DeliveryFacts.WebhookUse;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

final class AvailableActionTest {
  private static final String ANOTHER = "dlv_1";

  @ParameterizedTest
  @CsvSource({
    "PENDING, USABLE, CANCEL SKIP",
    "RETRYING, USABLE, RETRY CANCEL SKIP",
    "HELD, USABLE, RETRY CANCEL SKIP",
    "HELD, INACTIVE, CANCEL SKIP",
    "HELD, DISABLED, CANCEL SKIP",
    "BLOCKED, USABLE, RETRY CANCEL SKIP",
    "BLOCKED, INACTIVE, CANCEL SKIP",
    "EXHAUSTED, USABLE, RETRY",
    "EXHAUSTED, DELETED, ''",
    "DELIVERED, USABLE, ''",
    "SKIPPED, USABLE, ''",
    "CANCELLED, USABLE, ''",
    "CANCELLED, DELETED, ''",
  })
  void whatIsAvailableAtTheHeadOfALane(DeliveryState state, WebhookUse use, String actions) {
    assertThat(available(new DeliveryFacts(state, false, null, use, true, null)))
        .isEqualTo(actions);
  }

  @ParameterizedTest
  @CsvSource({"PENDING, CANCEL", "RETRYING, RETRY CANCEL", "BLOCKED, RETRY CANCEL SKIP"})
  void withoutALaneOnlyWhatStillBlocksIsSkipped(DeliveryState state, String actions) {
    assertThat(available(new DeliveryFacts(state, false, null, WebhookUse.USABLE, false, null)))
        .isEqualTo(actions);
  }

  @Test
  void whatWaitsBehindAnotherIsOnlyCancelled() {
    DeliveryFacts facts = behind(DeliveryState.WAITING);
    assertThat(available(facts)).isEqualTo("CANCEL");
    assertThat(AvailableAction.of(RETRY, facts).reason()).contains(ANOTHER);
    assertThat(AvailableAction.of(SKIP, facts).reason()).contains(ANOTHER);
  }

  @Test
  void anAttemptUnderWayIsSaidToBeSo() {
    DeliveryFacts facts =
        new DeliveryFacts(DeliveryState.PENDING, true, null, WebhookUse.USABLE, true, null);
    assertThat(available(facts)).isEqualTo("CANCEL SKIP");
    assertThat(AvailableAction.of(CANCEL, facts).reason()).contains("cannot be called back");
    assertThat(AvailableAction.of(RETRY, facts).reason()).contains("under way");
  }

  @ParameterizedTest
  @EnumSource
  void replayIsAdvisedOnlyWhereThereIsAWebhookToReplayTo(WebhookUse use) {
    for (DeliveryState state : Set.of(DeliveryState.DELIVERED, DeliveryState.CANCELLED)) {
      String reason =
          AvailableAction.of(RETRY, new DeliveryFacts(state, false, null, use, true, null))
              .reason();
      assertThat(String.valueOf(reason).contains("replay"))
          .as(reason)
          .isEqualTo(use != WebhookUse.DELETED);
    }
  }

  @Test
  void whatIsBeingCancelledTakesNoMoreOrders() {
    DeliveryFacts facts =
        new DeliveryFacts(
            DeliveryState.RETRYING, true, DeliveryState.CANCELLED, WebhookUse.USABLE, true, null);
    assertThat(available(facts)).isEmpty();
    assertThat(AvailableAction.of(SKIP, facts).reason()).contains("being cancelled");
  }

  @ParameterizedTest
  @EnumSource
  void everyRefusalHasAReason(DeliveryState state) {
    for (WebhookUse use : WebhookUse.values()) {
      for (AvailableAction action :
          AvailableAction.of(new DeliveryFacts(state, false, null, use, false, null))) {
        assertThat(action.available() || action.reason() != null).as("%s %s", use, action).isTrue();
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void whatIsAvailableStandsInTheTableOfTransitions(DeliveryAction action) {
    for (DeliveryState state : DeliveryState.values()) {
      for (WebhookUse use : WebhookUse.values()) {
        DeliveryFacts facts = new DeliveryFacts(state, false, null, use, true, null);
        if (AvailableAction.of(action, facts).available() && state != DeliveryState.WAITING) {
          assertThat(DeliveryTransitions.before(action.cause())).contains(state);
        }
      }
    }
  }

  private static DeliveryFacts behind(DeliveryState state) {
    return new DeliveryFacts(state, false, null, WebhookUse.USABLE, true, ANOTHER);
  }

  private static String available(DeliveryFacts facts) {
    Set<DeliveryAction> available =
        AvailableAction.of(facts).stream()
            .filter(AvailableAction::available)
            .map(AvailableAction::action)
            .collect(Collectors.toCollection(() -> java.util.EnumSet.noneOf(DeliveryAction.class)));
    return available.stream().map(DeliveryAction::name).collect(Collectors.joining(" "));
  }

  @Test
  void reasonsOfUnusableWebhooksSayWhatHelps() {
    assertThat(reason(WebhookUse.INACTIVE)).contains("`active`");
    assertThat(reason(WebhookUse.DISABLED)).contains("Enable");
    assertThat(reason(WebhookUse.DELETED)).contains("deleted");
  }

  private static @Nullable String reason(WebhookUse use) {
    return AvailableAction.of(
            RETRY, new DeliveryFacts(DeliveryState.BLOCKED, false, null, use, true, null))
        .reason();
  }
}
