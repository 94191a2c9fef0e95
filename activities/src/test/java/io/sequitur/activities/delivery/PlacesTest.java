package io.sequitur.activities.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.sequitur.activities.delivery.Gates.Permit;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class PlacesTest {
  private static final long WEBHOOK = 7;

  private final Gates gates = new Gates();

  @Test
  void aWebhookWhoseLimitIsNotKnownYetGetsNone() {
    try (Places places = new Places(gates)) {
      places.reserve(WEBHOOK);
      assertThat(places.take(WEBHOOK)).isNull();
    }
  }

  @Test
  void noMorePlacesAreTakenThanTheWebhookHas() throws Exception {
    known(2);
    try (Places places = new Places(gates)) {
      for (int i = 0; i < 3; i++) {
        places.reserve(WEBHOOK);
      }
      assertThat(enter(2)).isNull();
      assertThat(places.take(WEBHOOK)).isNotNull();
      assertThat(places.take(WEBHOOK)).isNotNull();
      assertThat(places.take(WEBHOOK)).isNull();
    }
  }

  @Test
  void whatNobodyTookIsGivenBackAndWhatSomebodyTookIsNot() throws Exception {
    known(2);
    try (Places places = new Places(gates)) {
      places.reserve(WEBHOOK);
      places.reserve(WEBHOOK);
      assertThat(places.take(WEBHOOK)).isNotNull();
    }
    assertThat(enter(2)).isNotNull();
    assertThat(enter(2)).isNull();
  }

  private void known(int limit) throws InterruptedException {
    try (Permit permit = enter(limit)) {
      assertThat(permit).isNotNull();
    }
  }

  private @Nullable Permit enter(int limit) throws InterruptedException {
    return gates.enter(WEBHOOK, limit, Duration.ZERO);
  }
}
