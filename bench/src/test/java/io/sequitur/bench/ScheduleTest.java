package io.sequitur.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class ScheduleTest {
  @Test
  void eventsAreEvenlySpacedFromTheStart() {
    Schedule schedule = Schedule.of(4, Duration.ofSeconds(2), 1, 1_000);

    assertThat(schedule.count()).isEqualTo(8);
    assertThat(schedule.dueNanos(0)).isEqualTo(1_000);
    assertThat(schedule.dueNanos(1)).isEqualTo(250_001_000);
    assertThat(schedule.endNanos()).isEqualTo(2_000_001_000);
  }

  @Test
  void roundingDoesNotAddUp() {
    Schedule schedule = Schedule.of(3, Duration.ofHours(1), 1, 0);

    assertThat(schedule.dueNanos(3 * 3600)).isEqualTo(Duration.ofHours(1).toNanos());
  }

  @Test
  void eventsOfABatchAreDueTogether() {
    Schedule schedule = Schedule.of(10, Duration.ofMillis(500), 2, 0);

    assertThat(schedule.count()).isEqualTo(4);
    assertThat(schedule.dueNanos(1)).isZero();
    assertThat(schedule.dueNanos(2)).isEqualTo(200_000_000);
    assertThat(schedule.dueNanos(3)).isEqualTo(200_000_000);
  }
}
