package io.sequitur.db;

import static org.assertj.core.api.Assertions.assertThat;

import io.sequitur.db.testing.TestDatabase;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class IdsTest {
  private static final long SEED = 20_261_121;
  private static final int SAMPLES = 200;
  private static final int[] ALPHABET = "aZ0:,é漢\u0001 \n'\"\\😀".codePoints().toArray();

  private final TestDatabase db = TestDatabase.create();

  @AfterEach
  void close() {
    db.close();
  }

  @Test
  void databaseAndJavaComputeTheSameDigest() {
    Random random = new Random(SEED);
    for (int i = 0; i < SAMPLES; i++) {
      String[] parts = {text(random), text(random), text(random)};
      assertThat(db.value(UUID.class, "select digest128(?, ?, ?)", parts[0], parts[1], parts[2]))
          .as("seed %d, sample %d", SEED, i)
          .isEqualTo(Digest128.of(parts));
    }
  }

  @Test
  void splittingATupleElsewhereGivesAnotherDigest() {
    assertThat(Digest128.of("ab", "c")).isNotEqualTo(Digest128.of("a", "bc"));
    assertThat(Digest128.of("a", "")).isNotEqualTo(Digest128.of("", "a"));
  }

  @Test
  void databaseMakesVersion7IdsOfNow() {
    long before = Instant.now().toEpochMilli() - 1_000;
    UUID id = db.value(UUID.class, "select new_id()");
    assertThat(id.version()).isEqualTo(7);
    assertThat(id.variant()).isEqualTo(2);
    assertThat(id.getMostSignificantBits() >>> 16)
        .isBetween(before, Instant.now().toEpochMilli() + 1_000);
  }

  @Test
  void javaMakesVersion7IdsAtOrAboveTheFirstIdOfTheirInstant() {
    Instant at = Instant.parse("2026-11-21T23:59:59.999Z");
    UUID id = Ids.next(Clock.fixed(at, ZoneOffset.UTC));
    assertThat(id.version()).isEqualTo(7);
    assertThat(id.variant()).isEqualTo(2);
    assertThat(
            db.value(
                Boolean.class,
                "select ? >= first_id_at(?::timestamptz) and ? < first_id_at(?::timestamptz + interval '1 ms')",
                id,
                at.toString(),
                id,
                at.toString()))
        .isTrue();
  }

  @Test
  void textFormsAreReadBackAndOthersAreNot() {
    UUID id = Ids.next(Clock.systemUTC());
    assertThat(Ids.parseEvent(Ids.event(id))).isEqualTo(id);
    assertThat(Ids.parseDelivery(Ids.delivery(id, 7))).isEqualTo(new Ids.DeliveryId(id, 7));
    for (String bad : new String[] {"", "evt_", "evt_" + id, "dlv_" + Ids.event(id).substring(4)}) {
      assertThat(Ids.parseEvent(bad)).as(bad).isNull();
      assertThat(Ids.parseDelivery(bad)).as(bad).isNull();
    }
  }

  private static String text(Random random) {
    StringBuilder text = new StringBuilder();
    for (int left = random.nextInt(12); left > 0; left--) {
      text.appendCodePoint(ALPHABET[random.nextInt(ALPHABET.length)]);
    }
    return text.toString();
  }
}
