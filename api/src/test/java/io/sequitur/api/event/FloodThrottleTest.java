package io.sequitur.api.event;

import static java.util.Collections.nCopies;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FloodThrottleTest {
  private static final int ALL = FloodThrottle.GROUP;
  private static final long TOOK = millis(2);
  private static final Duration NOT_LONG = Duration.ofMillis(20);

  private boolean busy = true;
  private long now = millis(100_000);
  private final FloodThrottle throttle = new FloodThrottle(() -> busy, now - millis(60_000));

  @Test
  void whoeverIsAloneIsNotSlowedDown() {
    routed("flood", 10_000);
    assertThat(answerTo("flood")).isZero();
    assertThat(throttle.limit(now)).isEqualTo(ALL);
    assertThat(groupOf("flood", ALL)).isZero();
  }

  @Test
  void floodGivesWayToAnotherTenant() {
    routed("flood", 512);
    routed("quiet", 1);
    assertThat(throttle.limit(now)).isLessThan(ALL);
    assertThat(groupOf("flood", throttle.limit(now))).isEqualTo(4 * TOOK);
    assertThat(answerTo("flood")).isEqualTo(3 * 4 * TOOK);
  }

  @Test
  void pausesGrowWhileTheMachineIsBusyAndShrinkWhileItIsNot() {
    List<Long> pauses = new ArrayList<>();
    for (int look = 0; look < 8; look++) {
      busy = look < 3;
      pauses.add(pauseAmongOthers());
      assertThat(pauseAmongOthers()).isEqualTo(pauses.getLast());
      now += millis(100);
    }
    assertThat(pauses)
        .containsExactly(
            4 * TOOK, 5 * TOOK, 6 * TOOK, 5 * TOOK, 4 * TOOK, 3 * TOOK, 2 * TOOK, TOOK);
  }

  @Test
  void pausesAreForgottenWhenTheFloodIsOver() {
    for (int look = 0; look < 8; look++) {
      long unused = pauseAmongOthers();
      now += millis(100);
    }
    now += millis(5_000);
    assertThat(pauseAmongOthers()).isEqualTo(4 * TOOK);
  }

  private long pauseAmongOthers() {
    routed("flood", 512);
    routed("quiet", 1);
    return groupOf("flood", throttle.limit(now));
  }

  @Test
  void onlyTheFloodWaitsForItsAnswers() {
    routed("flood", 10_000);
    routed("quiet", 500);
    assertThat(answerTo("quiet")).isZero();
    assertThat(answerTo("new")).isZero();
  }

  @Test
  void groupOfOthersIsFollowedByTheNextAtOnce() {
    routed("flood", 10_000);
    routed("quiet", 1);
    List<String> group = new ArrayList<>(nCopies(16, "flood"));
    group.addAll(nCopies(16, "quiet"));
    int limit = throttle.limit(now);
    assertThat(throttle.afterGroup(limit, group, NOT_LONG, TOOK, now)).isZero();
    assertThat(throttle.afterGroup(limit, List.of(), NOT_LONG, TOOK, now)).isZero();
    assertThat(throttle.afterGroup(limit, group.subList(0, 31), NOT_LONG, TOOK, now)).isPositive();
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
    assertThat(answerTo("one")).isZero();
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
  void whatATenantSendsAllTheTimeIsNoFlood() {
    int seconds = 0;
    do {
      everySecond();
      seconds++;
    } while (throttle.limit(now) < ALL);
    assertThat(seconds).isBetween(120, 122);
    now += millis(20_000);
    everySecond();
    everySecond();
    assertThat(throttle.limit(now)).isEqualTo(ALL);
    now += millis(100);
    routed("steady", 8_000);
    assertThat(throttle.limit(now)).isLessThan(ALL);
    now += millis(600_000);
    everySecond();
    assertThat(throttle.limit(now)).isLessThan(ALL);
  }

  @Test
  void whatIsSentWhenTheProcessStartsIsUsual() {
    FloodThrottle fresh = new FloodThrottle(() -> true, now);
    for (int second = 0; second < 150; second++) {
      fresh.routed(nCopies(1_000, "steady"), now);
      fresh.routed(nCopies(second < 15 ? 100 : 1_000, "flood"), now);
      fresh.routed(List.of("quiet"), now);
      assertThat(fresh.beforeAnswer("steady", TOOK, now)).isZero();
      if (second < 15 || second > 136) {
        assertThat(fresh.beforeAnswer("flood", TOOK, now)).isZero();
      } else if (second < 130) {
        assertThat(fresh.beforeAnswer("flood", TOOK, now)).isPositive();
      }
      now += millis(1_000);
    }
  }

  @Test
  void floodThatIsSlowedDownGoesOnGivingWay() {
    usuallyInSecond("flood", 300);
    routed("quiet", 1);
    routed("flood", 800);
    assertThat(throttle.limit(now)).isEqualTo(ALL);
    now += millis(100);
    routed("flood", 2_000);
    assertThat(throttle.limit(now)).isLessThan(ALL);
    for (int second = 0; second < 10; second++) {
      now += millis(1_000);
      routed("quiet", 1);
      routed("flood", 700);
      assertThat(throttle.limit(now)).isLessThan(ALL);
    }
    for (int second = 0; second < 3; second++) {
      now += millis(1_000);
      routed("quiet", 1);
      routed("flood", 250);
    }
    assertThat(throttle.limit(now)).isEqualTo(ALL);
  }

  private void usuallyInSecond(String tenant, int events) {
    for (int second = 0; second < 600; second++) {
      routed(tenant, events);
      now += millis(1_000);
    }
  }

  private void everySecond() {
    now += millis(1_000);
    routed("steady", 1_000);
    routed("quiet", 1);
  }

  @Test
  void waitsForNobodyWhileThereAreProcessorsLeft() {
    busy = false;
    routed("flood", 10_000);
    routed("quiet", 1);
    assertThat(answerTo("flood")).isZero();
    assertThat(throttle.limit(now)).isEqualTo(ALL);
  }

  @Test
  void floodThatLagsBehindGivesWayNoLonger() {
    routed("flood", 10_000);
    routed("quiet", 1);
    groupThatWaited(Duration.ofSeconds(21));
    assertThat(throttle.limit(now)).isEqualTo(ALL);
    groupThatWaited(Duration.ofSeconds(19));
    assertThat(throttle.limit(now)).isLessThan(ALL);
  }

  private void groupThatWaited(Duration waited) {
    long unused = throttle.afterGroup(ALL, List.of("flood"), waited, TOOK, now);
  }

  @Test
  void pausesHaveAnEnd() {
    routed("flood", 10_000);
    routed("quiet", 1);
    assertThat(throttle.beforeAnswer("flood", millis(2_000), now)).isEqualTo(millis(250));
    assertThat(
            throttle.afterGroup(
                throttle.limit(now), List.of("flood"), NOT_LONG, millis(2_000), now))
        .isEqualTo(millis(50));
  }

  @Test
  void laterThreadMayHaveAskedForTheTimeEarlier() {
    routed("flood", 10_000);
    routed("quiet", 1);
    now -= millis(1_000);
    routed("quiet", 1);
    now += millis(1_000);
    assertThat(throttle.limit(now)).isLessThan(ALL);
  }

  private void routed(String tenant, int events) {
    throttle.routed(nCopies(events, tenant), now);
  }

  private long answerTo(String tenant) {
    return throttle.beforeAnswer(tenant, TOOK, now);
  }

  private long groupOf(String tenant, int limit) {
    return throttle.afterGroup(limit, nCopies(limit, tenant), NOT_LONG, TOOK, now);
  }

  private static long millis(long millis) {
    return Duration.ofMillis(millis).toNanos();
  }
}
