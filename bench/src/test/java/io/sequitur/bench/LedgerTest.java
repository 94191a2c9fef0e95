package io.sequitur.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class LedgerTest {
  private static final long SECOND = 1_000_000_000;

  private final Ledger ledger = new Ledger(new Schedule(1, 3, 1, 0), 2);

  @Test
  void latenciesCountFromWhenTheEventWasDue() {
    ledger.sent(2, 5 * SECOND);
    ledger.acknowledged(2, 6 * SECOND);
    ledger.arrived(2, 0, 7 * SECOND);

    assertThat(ledger.lateness.maxMs()).isEqualTo(3000);
    assertThat(ledger.ack.maxMs()).isEqualTo(4000);
    assertThat(ledger.deliver.maxMs()).isEqualTo(5000);
  }

  @Test
  void eachWebhookMustGetEachAcknowledgedEvent() {
    ledger.acknowledged(0, 0);
    ledger.acknowledged(1, SECOND);
    ledger.arrived(0, 0, 0);
    ledger.arrived(0, 1, 0);
    ledger.arrived(1, 1, SECOND);

    assertThat(ledger.delivered()).isEqualTo(3);
    assertThat(ledger.lost()).isEqualTo(1);
    assertThat(ledger.awaitDelivered(System.nanoTime())).isFalse();
  }

  @Test
  void deliveryOfAnEventWhoseAnswerWasLostDoesNotHideALostOne() {
    ledger.acknowledged(0, 0);
    ledger.arrived(2, 0, 0);
    ledger.arrived(2, 1, 0);

    assertThat(ledger.lost()).isEqualTo(2);
    assertThat(ledger.awaitDelivered(System.nanoTime())).isFalse();
  }

  @Test
  void repeatsAreCountedAndNotTimed() {
    ledger.acknowledged(0, 0);
    ledger.arrived(0, 0, 0);
    ledger.arrived(0, 1, 0);
    ledger.arrived(0, 1, 9 * SECOND);
    ledger.arrived(0, 1, 9 * SECOND);

    assertThat(ledger.duplicates()).isEqualTo(2);
    assertThat(ledger.delivered()).isEqualTo(2);
    assertThat(ledger.deliver.maxMs()).isZero();
    assertThat(ledger.awaitDelivered(System.nanoTime())).isTrue();
  }

  @Test
  void strangersAreTurnedAway() {
    assertThat(ledger.arrived(3, 0, 0)).isFalse();
    assertThat(ledger.arrived(0, 2, 0)).isFalse();
    assertThat(ledger.arrived(0, -1, 0)).isFalse();
  }

  @Test
  void reasonsAreBounded() {
    for (int i = 0; i < 1000; i++) {
      ledger.refused("reason " + i);
    }

    assertThat(ledger.refusals()).hasSizeLessThan(25).containsEntry("other", 980L);
  }
}
