package io.sequitur.api.e2e;

import static io.sequitur.api.e2e.EndToEnd.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.sequitur.api.testing.Api;
import io.sequitur.api.testing.FakeReceiver;
import io.sequitur.api.testing.Pg;
import io.sequitur.api.testing.Received;
import io.sequitur.api.testing.Site;
import io.sequitur.api.testing.Site.Serving;
import io.sequitur.api.testing.StatementPauses;
import io.sequitur.api.testing.StatementPauses.At;
import io.sequitur.api.testing.StatementPauses.Pause;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Changes of the configuration against what is under way, forced by holding a process up at one of
 * its statements. Every value comes from a key-value, or two, in a header of the test's own
 * webhook.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Tag("slow")
final class FreshnessRaceTest {
  /**
   * The statement that makes deliveries, claims them, and is the strict check of first attempts.
   */
  private static final String ROUTING = "made_routing";

  /** The strict check of all other attempts. */
  private static final String CHECK = " as verdict";

  /** The loader of a webhook. */
  private static final String LOAD = "webhook w where w.uid = $";

  /** What a group's workflow asks first, before it invalidates. */
  private static final String WORKFLOW = " as settled";

  /** Gives a claim back unused. */
  private static final String RELEASE = "claim_number = d.claim_number - 1";

  /** What a dispatcher asks before it routes. */
  private static final String POLL = "is not null as events";

  /** Step 2, in a routing that saw something pending. */
  private static final String BUMP = "drain_invalidation()";

  private final Site site = new Site();
  private final FakeReceiver receiver = new FakeReceiver();
  private final StatementPauses pauses =
      new StatementPauses(site.owner().host(), site.owner().port());
  private String key = "";
  private Api api = new Api("");
  private int events;

  @BeforeAll
  void serve() {
    String unused = site.run("migrate");
    key = site.run("admin", "create-key", "race");
    api = paused().api(key);
  }

  private Serving paused() {
    return site.serve(Map.of("SEQUITUR_DATABASE_APP_URL", site.appBehind(pauses.port())));
  }

  @AfterAll
  void end() {
    pauses.close();
    site.close();
    receiver.close();
  }

  @Test
  void deliveryOfTheVeryChangeCarriesItThoughNobodyHasInvalidatedYet() {
    Hook hook = changeListener();
    try (Pause workflow = pauses.pause(At.BEFORE, WORKFLOW)) {
      hook.change("second");
      assertThat(hook.await(2).get(1).header("x-value")).isEqualTo("second");
      workflow.awaitReached();
      assertThat(hook.received()).hasSize(2);
    }
  }

  @Test
  void deliveryOfTheVeryChangeCarriesItThoughItsAttemptIsLateAndAllElseIsDone() {
    Hook hook = changeListener();
    try (Pause load = pauses.pause(At.BEFORE, LOAD, hook.uid())) {
      hook.change("second");
      load.awaitReached();
      eventually("the change's run is over").until(() -> openRuns() == 0);
    }
    assertThat(hook.await(2).get(1).header("x-value")).isEqualTo("second");
  }

  // One that writes takes its snapshot when it is executed.
  @ParameterizedTest
  @EnumSource(names = {"BEFORE", "BOUND"})
  void eventThatCameJustBeforeTheChangeCarriesItIfItsAttemptStartsAfterIt(At where) {
    Hook hook = new Hook("");
    hook.publish();
    hook.await(1);
    Instant acknowledged;
    try (Pause routing = pauses.pause(where, ROUTING)) {
      hook.publishMeanwhile();
      routing.awaitReached();
      acknowledged = hook.change("second");
    }
    assertThat(hook.await(2).get(1).header("x-value")).isEqualTo("second");
    assertThat(hook.startOf(hook.received().get(1))).isAfter(acknowledged);
  }

  @Test
  void attemptThatStartedJustBeforeTheChangeMayCarryTheOldValueAndTheNextOneMayNot() {
    Hook hook = new Hook("");
    hook.publish();
    hook.await(1);
    Instant acknowledged;
    try (Pause routing = pauses.pause(At.ANSWERED, ROUTING)) {
      hook.publishMeanwhile();
      routing.awaitReached();
      acknowledged = hook.change("second");
    }
    hook.await(2);
    hook.publish();
    assertThat(hook.await(3).get(2).header("x-value")).isEqualTo("second");
    hook.assertFreshSince(acknowledged, "second");
  }

  // A loader that is paused between its read and its put, across a write.
  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void whatASlowLoaderPutsIsNeverServed(int changes) {
    Hook hook = new Hook("");
    Instant acknowledged = Instant.MAX;
    try (Pause load = pauses.pause(At.ANSWERED, LOAD, hook.uid())) {
      hook.publish();
      load.awaitReached();
      for (int change = 1; change <= changes; change++) {
        acknowledged = hook.change("value-" + change);
        hook.publish();
        Received request = hook.await(change).get(change - 1);
        assertThat(request.id()).as("the first one is held").isEqualTo(hook.lastEvent);
        assertThat(request.header("x-value")).isEqualTo("value-" + change);
      }
    }
    hook.await(changes + 1);
    hook.publish();
    hook.await(changes + 2);
    hook.assertFreshSince(acknowledged, "value-" + changes);
  }

  // A query that only reads has its snapshot when it is bound. What is told as the attempt's start
  // must not be later than that.
  @Test
  void changeBetweenTheChecksSnapshotAndItsExecutionIsAfterTheStart() {
    Hook hook = new Hook("");
    hook.publish();
    hook.await(1);
    receiver.script(hook.path(), 500);
    Instant acknowledged;
    try (Pause check = pauses.pause(At.BOUND, CHECK)) {
      hook.publish();
      check.awaitReached();
      acknowledged = hook.change("second");
    }
    hook.await(3);
    hook.assertFreshSince(acknowledged, "second");
  }

  @Test
  void writerThatCommitsLateWithAnEarlierNumberIsNotMissed() throws SQLException {
    Hook hook = new Hook("");
    hook.publish();
    hook.await(1);
    try (Connection late = transaction()) {
      update(late, "late", hook.value());
      hook.changeOther("second");
      hook.publish();
      assertThat(values(hook.await(2).get(1))).containsExactly("first", "second");
      late.commit();
    }
    hook.publish();
    assertThat(values(hook.await(3).get(2))).containsExactly("late", "second");
  }

  @Test
  void whatWasRolledBackToASavepointIsNeverSent() throws SQLException {
    Hook hook = new Hook("");
    hook.publish();
    hook.await(1);
    try (Connection writer = transaction()) {
      Savepoint before = writer.setSavepoint();
      update(writer, "never", hook.value());
      writer.rollback(before);
      update(writer, "second", hook.other());
      hook.publish();
      assertThat(values(hook.await(2).get(1))).containsExactly("first", "first");
      writer.commit();
    }
    hook.publish();
    assertThat(values(hook.await(3).get(2))).containsExactly("first", "second");
  }

  @Test
  void writersInOppositeOrderNeitherWaitForEachOtherNorLeaveAnythingStale() throws SQLException {
    Hook hook = new Hook("");
    hook.publish();
    hook.await(1);
    try (Connection one = transaction();
        Connection two = transaction()) {
      update(one, "by-one", hook.value());
      update(two, "by-two", hook.other());
      touch(one, hook, "description");
      two.commit();
      hook.publish();
      assertThat(values(hook.await(2).get(1))).containsExactly("first", "by-two");
      one.commit();
    }
    hook.publish();
    assertThat(values(hook.await(3).get(2))).containsExactly("by-one", "by-two");
  }

  @Test
  void noAttemptStartsAfterItsWebhookWasSwitchedOff() {
    Hook hook = new Hook("");
    receiver.script(hook.path(), 500);
    try (Pause check = pauses.pause(At.BEFORE, CHECK)) {
      hook.publish();
      check.awaitReached();
      pg().update("update sequitur.webhook set active = false where name = ?", hook.name);
    }
    eventually("held").until(() -> hook.open("held and unclaimed") == 1);
    assertThat(hook.received()).isEmpty();
  }

  // Whoever switches it on rings at once, when the delivery is still claimed, and nobody else
  // would.
  @Test
  void webhookThatIsSwitchedOnWhileAClaimOnItIsGivenBackIsAttemptedAtOnce() {
    Hook hook = new Hook("");
    receiver.script(hook.path(), 500);
    try (Pause check = pauses.pause(At.BEFORE, CHECK);
        Pause release = pauses.pause(At.BEFORE, RELEASE)) {
      hook.publish();
      check.awaitReached();
      hook.active(false);
      check.goOn();
      release.awaitReached();
      hook.active(true);
      eventually("whoever was rung found nothing").until(hook::looksLater);
    }
    eventually("the attempt", 5).until(() -> hook.received().size() == 2);
  }

  @Test
  void killBetweenRoutingAndTheBumpLeavesBothUndone() throws SQLException {
    try (StatementPauses own = new StatementPauses(site.owner().host(), site.owner().port())) {
      Hook hook = new Hook("\"filter\":\"false\",");
      hook.publish();
      Serving doomed = site.serve(Map.of("SEQUITUR_DATABASE_APP_URL", site.appBehind(own.port())));
      try (Pause other = pauses.pause(At.BEFORE, POLL);
          Pause bump = own.pause(At.BEFORE, BUMP)) {
        other.awaitReached();
        hook.letThrough();
        bump.awaitReached();
        assertThat(pg().count("select count(*) from sequitur.invalidation")).isPositive();
        doomed.process().kill();
      }
      assertThat(hook.await(1).getFirst().id()).isEqualTo(hook.lastEvent);
      eventually("nothing is pending")
          .until(() -> pg().count("select count(*) from sequitur.invalidation") == 0);
    }
  }

  @Test
  void killBetweenRoutingAndTheAttemptLosesNeitherTheEventNorTheChange() {
    try (StatementPauses own = new StatementPauses(site.owner().host(), site.owner().port())) {
      Hook hook = new Hook("\"timeout\":\"100ms\",");
      hook.publish();
      hook.await(1);
      Serving doomed = site.serve(Map.of("SEQUITUR_DATABASE_APP_URL", site.appBehind(own.port())));
      try (Pause load = own.pause(At.BEFORE, LOAD, hook.uid())) {
        // Whichever of the two routes it: the doomed one does sooner or later, and knows no
        // webhook.
        hook.publishUntil(load, doomed.api(key));
        Instant acknowledged = hook.change("second");
        doomed.process().kill();
        eventually("all have arrived", 60).until(() -> hook.open("any") == 0);
        hook.assertFreshSince(acknowledged, "second");
        assertThat(hook.received().stream().map(Received::id)).contains(hook.lastEvent);
      }
    }
  }

  /** A webhook of the test's own, whose two headers come from two key-values, warm in the cache. */
  private Hook changeListener() {
    String name = newName();
    Hook hook =
        new Hook(
            name,
            "\"events\":[\"sequitur.key-value.updated\"],\"filter\":\"data.name == \\\"%s-value\\\"\","
                .formatted(name));
    hook.change("warm");
    hook.await(1);
    return hook;
  }

  private static String newName() {
    return "r" + UUID.randomUUID().toString().replace("-", "").substring(0, 12);
  }

  private final class Hook {
    private final String name;
    private String lastEvent = "";

    Hook(String more) {
      this(newName(), more);
    }

    Hook(String name, String more) {
      this.name = name;
      put(value(), "first", 201);
      put(other(), "first", 201);
      String unused =
          api.webhook(
              name,
              """
              {"url":"%s",%s%s"retry":"100ms 100ms 100ms",
               "headers":[{"name":"X-Value","keyValue":"%s"},{"name":"X-Other","keyValue":"%s"}]}
              """
                  .formatted(
                      receiver.url(path()),
                      more,
                      more.contains("\"events\"")
                          ? ""
                          : "\"events\":[\"race.%s\"],".formatted(name),
                      value(),
                      other()));
    }

    String path() {
      return "/" + name;
    }

    long uid() {
      return pg().count("select uid from sequitur.webhook where name = ?", name);
    }

    String value() {
      return name + "-value";
    }

    String other() {
      return name + "-other";
    }

    void publish() {
      publish(api);
    }

    /** What routes an event is also what answers its publisher. */
    void publishMeanwhile() {
      Thread.ofVirtual().start(this::publish);
    }

    private void publish(Api at) {
      events++;
      lastEvent =
          at.publish(
              "{\"id\":\"%d\",\"source\":\"race\",\"type\":\"race.%s\"}".formatted(events, name));
    }

    void active(boolean active) {
      pg().update(
              "update sequitur.webhook set active = ?::boolean where name = ?",
              Boolean.toString(active),
              name);
    }

    /** Whether its workflow has gone to sleep until a claim lapses. */
    boolean looksLater() {
      return pg().count(
                  """
                  select count(*) from sequitur.webhook_state s join sequitur.webhook w on w.uid = s.webhook_uid
                  where w.name = ? and s.next_look > now() + interval '5 seconds'
                  """,
                  name)
          == 1;
    }

    /** In one transaction, its filter goes and an event comes. */
    void letThrough() throws SQLException {
      try (Connection connection = transaction();
          var filter =
              connection.prepareStatement(
                  "update sequitur.webhook set filter = null where name = ?");
          var event =
              connection.prepareStatement("select sequitur.publish(?, 'race', null, '{}')")) {
        filter.setString(1, name);
        assertThat(filter.executeUpdate()).isEqualTo(1);
        event.setString(1, "race." + name);
        try (var id = event.executeQuery()) {
          assertThat(id.next()).isTrue();
          lastEvent = id.getString(1);
        }
        connection.commit();
      }
    }

    /** One at a time: of whatever else is sent, the record is there when this ends. */
    void publishUntil(Pause pause, Api at) {
      do {
        publish(at);
        eventually("held or recorded").until(() -> pause.reached() || open("any") == 0);
      } while (!pause.reached());
    }

    /** Returns when it was acknowledged, by the database's clock. */
    Instant change(String value) {
      put(value(), value, 200);
      return now();
    }

    Instant changeOther(String value) {
      put(other(), value, 200);
      return now();
    }

    private void put(String keyValue, String value, int expected) {
      api.put(
              "/v1/key-values/" + keyValue,
              "{\"kind\":\"static\",\"value\":\"%s\"}".formatted(value))
          .expect(expected);
    }

    List<Received> received() {
      return receiver.received(path());
    }

    List<Received> await(int count) {
      return eventually("request " + count + " at " + name)
          .until(this::received, all -> all.size() >= count);
    }

    long open(String what) {
      String more = what.equals("any") ? "true" : "claim_until is null";
      return pg().count(
              "select count(*) from sequitur.delivery_open where webhook = ? and " + more, name);
    }

    /** The start of the attempt behind a request, as it was recorded. */
    Instant startOf(Received request) {
      return eventually("its record")
          .until(() -> recordedStart(request), start -> !start.equals(Instant.MIN));
    }

    private Instant recordedStart(Received request) {
      String at =
          pg().text(
                  """
                  select to_char(a.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
                  from sequitur.attempt a join sequitur.webhook w on w.uid = a.webhook_uid
                  where w.name = ? and a.number = ?::int and 'evt_' || replace(a.event_id::text, '-', '') = ?
                  """,
                  name,
                  request.header("sequitur-attempt"),
                  request.id());
      return at.isEmpty() ? Instant.MIN : OffsetDateTime.parse(at).toInstant();
    }

    /** What started after the acknowledgement carries the value; at least one request did. */
    void assertFreshSince(Instant acknowledged, String value) {
      List<Received> after =
          received().stream().filter(one -> startOf(one).isAfter(acknowledged)).toList();
      assertThat(after)
          .allSatisfy(one ->
              assertThat(one.header("x-value"))
                  .as("attempt %s of %s", one.header("sequitur-attempt"), one.id())
                  .isEqualTo(value));
    }
  }

  private static List<String> values(Received request) {
    return List.of(request.header("x-value"), request.header("x-other"));
  }

  private Pg pg() {
    return site.pg();
  }

  private Instant now() {
    return OffsetDateTime.parse(
            pg().text(
                    "select to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')"))
        .toInstant();
  }

  private long openRuns() {
    return pg().count("select count(*) from sequitur.run where done_at is null");
  }

  private Connection transaction() throws SQLException {
    Connection connection = pg().connect();
    connection.setAutoCommit(false);
    return connection;
  }

  private static void update(Connection connection, String value, String keyValue)
      throws SQLException {
    try (var statement =
        connection.prepareStatement("update sequitur.key_value set value = ? where name = ?")) {
      statement.setString(1, value);
      statement.setString(2, keyValue);
      assertThat(statement.executeUpdate()).isEqualTo(1);
    }
  }

  private static void touch(Connection connection, Hook hook, String column) throws SQLException {
    try (var statement =
        connection.prepareStatement(
            "update sequitur.webhook set " + column + " = 'x' where name = ?")) {
      statement.setString(1, hook.name);
      assertThat(statement.executeUpdate()).isEqualTo(1);
    }
  }
}
