package io.sequitur.db.event;

import static org.assertj.core.api.Assertions.assertThat;

import io.sequitur.db.event.Observation.Role;
import io.sequitur.db.event.Window.Did;
import io.sequitur.db.event.Window.Step;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What events do to the window of one key; minutes stand for the time. */
final class WindowTest {
  private static final Instant START = Instant.parse("2026-01-31T12:00:00Z");
  private static final Duration WITHIN = Duration.ofMinutes(5);
  private static final Role THREE = new Role.Counts(3, WITHIN);
  private static final Role AFTER = new Role.Waits(true, false, WITHIN);
  private static final Role ABSENT = new Role.Waits(false, true, WITHIN);
  private static final Role HEARTBEAT = new Role.Waits(true, true, WITHIN);

  private final List<Did> did = new ArrayList<>();
  private final List<Window> ripe = new ArrayList<>();
  private Window window = Window.none(START);
  private long seq;

  @Test
  void aThresholdFiresOnceInItsWindow() {
    at(0, THREE);
    at(1, THREE);
    at(2, THREE);
    at(3, THREE);
    at(4, THREE);
    assertThat(did).containsExactly(Did.COUNTED, Did.COUNTED, Did.FIRED, Did.COUNTED, Did.COUNTED);
    assertThat(window.count()).isEqualTo(5);
  }

  @Test
  void theWindowBeginsWithItsFirstEventAndTheNextBeginsWithTheFirstAfterIt() {
    at(1, THREE);
    at(2, THREE);
    assertThat(window.dueAt()).isEqualTo(minute(6));
    at(6, THREE);
    assertThat(window.count()).isEqualTo(1);
    assertThat(window.dueAt()).isEqualTo(minute(11));
    assertThat(did).doesNotContain(Did.FIRED);
  }

  @Test
  void theNextWindowFiresAgain() {
    for (int minute = 0; minute < 10; minute++) {
      at(minute, THREE);
    }
    assertThat(did.indexOf(Did.FIRED)).isEqualTo(2);
    assertThat(did.lastIndexOf(Did.FIRED)).isEqualTo(7);
    assertThat(did.stream().filter(Did.FIRED::equals)).hasSize(2);
  }

  @Test
  void aThresholdOfOneFiresForTheFirstOfEachWindow() {
    Role once = new Role.Counts(1, WITHIN);
    at(0, once);
    at(1, once);
    at(5, once);
    assertThat(did).containsExactly(Did.FIRED, Did.COUNTED, Did.FIRED);
  }

  @Test
  void whatShouldFollowClosesTheWindow() {
    at(0, AFTER);
    assertThat(window.eventId()).isEqualTo(id(1));
    assertThat(window.dueAt()).isEqualTo(minute(5));
    at(4, ABSENT);
    assertThat(window.eventId()).isNull();
    assertThat(ripe).isEmpty();
  }

  @Test
  void whatCameBeforeClosesNothing() {
    at(0, ABSENT);
    at(1, AFTER);
    assertThat(did).containsExactly(Did.ARRIVED, Did.WAITING);
    assertThat(window.eventId()).isEqualTo(id(2));
  }

  @Test
  void aLaterEventOfTheKeyJoinsTheOpenWindow() {
    at(0, AFTER);
    at(4, AFTER);
    assertThat(did).containsExactly(Did.WAITING, Did.JOINED);
    assertThat(window.eventId()).isEqualTo(id(1));
    assertThat(window.dueAt()).isEqualTo(minute(5));
  }

  @Test
  void whatComesTooLateDoesNotCallOff() {
    at(0, AFTER);
    at(5, ABSENT);
    assertThat(ripe).extracting(Window::eventId).containsExactly(id(1));
    assertThat(window.eventId()).isNull();
  }

  @Test
  void aWindowThatNobodyFiredYetMakesRoomForTheNext() {
    at(0, AFTER);
    at(7, AFTER);
    assertThat(ripe).extracting(Window::eventId).containsExactly(id(1));
    assertThat(window.eventId()).isEqualTo(id(2));
    assertThat(window.dueAt()).isEqualTo(minute(12));
  }

  @Test
  void anEventThatIsBothBeginsAnew() {
    at(0, HEARTBEAT);
    at(3, HEARTBEAT);
    assertThat(did).containsExactly(Did.WAITING, Did.WAITING);
    assertThat(window.eventId()).isEqualTo(id(2));
    assertThat(window.dueAt()).isEqualTo(minute(8));
    assertThat(ripe).isEmpty();
  }

  @Test
  void eventsCountInTheOrderInWhichTheyCameWhoeverRoutesThemFirst() {
    routed(2, ABSENT, START);
    routed(1, AFTER, START.plusMillis(3));
    assertThat(did).containsExactly(Did.ARRIVED, Did.CALLED_OFF);
    assertThat(window.eventId()).isNull();
  }

  @Test
  void whatCameBeforeClosesNothingThoughItIsRoutedLater() {
    routed(2, AFTER, START);
    routed(1, ABSENT, START.plusMillis(3));
    assertThat(window.eventId()).isEqualTo(id(2));
  }

  @Test
  void aClosedWindowIsForgotten() {
    routed(2, ABSENT, START);
    routed(1, AFTER, START.plus(Window.REMEMBERED));
    assertThat(did).containsExactly(Did.ARRIVED, Did.WAITING);
  }

  private void at(int minute, Role role) {
    routed(++seq, role, minute(minute));
  }

  private void routed(long number, Role role, Instant now) {
    Step step = window.observe(id(number), number, role, now);
    window = step.after();
    did.add(step.did());
    if (step.ripe() != null) {
      ripe.add(step.ripe());
    }
  }

  private static UUID id(long number) {
    return new UUID(0, number);
  }

  private static Instant minute(int minute) {
    return START.plus(Duration.ofMinutes(minute));
  }
}
