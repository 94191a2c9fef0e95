package io.sequitur.api.event;

import static java.util.Collections.nCopies;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FloodThrottleTest {
  private static final int ALL = FloodThrottle.GROUP;
  private static final long TOOK = millis(5);
  private static final Duration NOT_LONG = Duration.ofMillis(20);

  private boolean busy = true;
  private long now = millis(5_000);
  private final FloodThrottle throttle = new FloodThrottle(() -> busy);

  @Test
  void whoeverIsAloneIsNotSlowedDown() {
    routed("flood", 10_000);
    assertThat(batchOf("flood")).isZero();
    assertThat(throttle.limit(now)).isEqualTo(ALL);
    assertThat(throttle.afterGroup(ALL, ALL, NOT_LONG, TOOK)).isZero();
  }

  @Test
  void floodGivesWayToAnotherTenant() {
    routed("flood", 512);
    routed("quiet", 1);
    int limit = throttle.limit(now);
    assertThat(limit).isLessThan(ALL);
    assertThat(throttle.afterGroup(limit, limit / 2, NOT_LONG, TOOK)).isEqualTo(TOOK);
    assertThat(batchOf("flood")).isEqualTo(3 * TOOK);
  }

  @Test
  void pausesGrowWhileTheMachineIsBusyAndShrinkWhileItIsNot() {
    List<Long> pauses = new ArrayList<>();
    for (int look = 0; look < 8; look++) {
      busy = look < 5;
      pauses.add(pauseAmongOthers());
      assertThat(pauseAmongOthers()).isEqualTo(pauses.getLast());
      now += millis(100);
    }
    assertThat(pauses)
        .containsExactly(
            TOOK, 2 * TOOK, 3 * TOOK, 4 * TOOK, 5 * TOOK, 4 * TOOK, 3 * TOOK, 2 * TOOK);
  }

  private long pauseAmongOthers() {
    routed("flood", 512);
    routed("quiet", 1);
    int limit = throttle.limit(now);
    return throttle.afterGroup(limit, limit, NOT_LONG, TOOK);
  }

  @Test
  void onlyTheFloodWaitsForItsAnswers() {
    routed("flood", 10_000);
    routed("quiet", 500);
    assertThat(batchOf("quiet")).isZero();
    assertThat(batchOf("new")).isZero();
  }

  @Test
  void manyEventsOfManyTenantsAreNoFlood() {
    for (int tenant = 0; tenant < 100; tenant++) {
      routed("tenant " + tenant, 100);
    }
    assertThat(throttle.limit(now)).isEqualTo(ALL);
  }

  @Test
  void amongFloodsNobodyGivesWay() {
    routed("one", 600);
    routed("two", 600);
    assertThat(throttle.limit(now)).isEqualTo(ALL);
    assertThat(batchOf("one")).isZero();
  }

  @Test
  void whatCameInTheSecondBeforeCounts() {
    routed("flood", 300);
    routed("quiet", 1);
    now += millis(1_000);
    routed("flood", 212);
    assertThat(throttle.limit(now)).isLessThan(ALL);
  }

  @Test
  void otherThatSendsNoLongerIsForgotten() {
    routed("quiet", 1);
    now += millis(1_000);
    routed("flood", 600);
    assertThat(throttle.limit(now)).isLessThan(ALL);
    now += millis(1_000);
    routed("flood", 600);
    assertThat(throttle.limit(now)).isEqualTo(ALL);
  }

  @Test
  void floodThatIsOverIsForgotten() {
    routed("flood", 10_000);
    now += millis(2_000);
    routed("quiet", 1);
    routed("flood", 1);
    assertThat(throttle.limit(now)).isEqualTo(ALL);
  }

  @Test
  void waitsForNobodyWhileThereAreProcessorsLeft() {
    busy = false;
    routed("flood", 10_000);
    routed("quiet", 1);
    assertThat(batchOf("flood")).isZero();
    assertThat(throttle.limit(now)).isEqualTo(ALL);
  }

  @Test
  void floodThatLagsBehindGivesWayNoLonger() {
    routed("flood", 10_000);
    routed("quiet", 1);
    long unused = throttle.afterGroup(ALL, ALL, Duration.ofSeconds(21), TOOK);
    assertThat(throttle.limit(now)).isEqualTo(ALL);
    unused = throttle.afterGroup(ALL, ALL, Duration.ofSeconds(19), TOOK);
    assertThat(throttle.limit(now)).isLessThan(ALL);
  }

  @Test
  void pausesHaveAnEnd() {
    routed("flood", 10_000);
    routed("quiet", 1);
    assertThat(throttle.afterBatch("flood", millis(2_000), now)).isEqualTo(millis(250));
    int limit = throttle.limit(now);
    assertThat(throttle.afterGroup(limit, limit, NOT_LONG, millis(2_000))).isEqualTo(millis(50));
    assertThat(throttle.afterGroup(limit, 1, NOT_LONG, millis(2_000))).isZero();
  }

  private void routed(String tenant, int events) {
    throttle.routed(nCopies(events, tenant), now);
  }

  private long batchOf(String tenant) {
    return throttle.afterBatch(tenant, TOOK, now);
  }

  private static long millis(long millis) {
    return Duration.ofMillis(millis).toNanos();
  }
}
