package io.sequitur.api.cli.listen;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class TallyTest {
  private final Tally tally = new Tally();

  @Test
  void anEarlierEventAfterALaterOneIsOutOfOrder() {
    tally.count(delivery("evt_2", "k", 2, false), 200);
    tally.count(delivery("evt_1", "k", 1, false), 200);

    assertThat(tally.summary()).isEqualTo("received 2, distinct 2, repeats 0, out of order 1");
  }

  @Test
  void anEventRefusedAndTakenAfterALaterOneIsOutOfOrder() {
    tally.count(delivery("evt_1", "k", 1, false), 500);
    tally.count(delivery("evt_2", "k", 2, false), 200);
    tally.count(delivery("evt_1", "k", 1, false), 200);

    assertThat(tally.summary()).isEqualTo("received 3, distinct 2, repeats 1, out of order 1");
  }

  @Test
  void repeatsReplaysAndOtherKeysAreInOrder() {
    tally.count(delivery("evt_1", "k", 1, false), 200);
    tally.count(delivery("evt_2", "k", 2, false), 200);
    tally.count(delivery("evt_1", "k", 1, false), 200);
    tally.count(delivery("evt_0", "k", 0, true), 200);
    tally.count(delivery("evt_9", "other", 1, false), 200);

    assertThat(tally.summary()).isEqualTo("received 5, distinct 4, repeats 1, out of order 0");
  }

  private static Received delivery(String id, String key, long sequence, boolean replay) {
    return new Received(
        Instant.EPOCH, id, "erp", "t", "/s", key, sequence, "1", replay, Verdict.GOOD, "{}");
  }
}
