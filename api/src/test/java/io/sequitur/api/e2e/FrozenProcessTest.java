package io.sequitur.api.e2e;

import static io.sequitur.api.e2e.EndToEnd.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sequitur.api.testing.Api;
import io.sequitur.api.testing.FakeReceiver;
import io.sequitur.api.testing.Received;
import io.sequitur.api.testing.Site;
import io.sequitur.api.testing.Site.Serving;
import io.sequitur.api.testing.StatementPauses;
import io.sequitur.api.testing.StatementPauses.At;
import io.sequitur.api.testing.StatementPauses.Pause;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A process is frozen while its attempt is on the wire, for longer than its lease. Another one
 * takes the webhook over; then the first one wakes up and has a result to tell.
 */
@Tag("slow")
final class FrozenProcessTest {
  private static final String PATH = "/ordered";

  private final Site site = new Site();
  private final FakeReceiver receiver = new FakeReceiver();

  @AfterEach
  void end() {
    site.close();
    receiver.close();
  }

  @Test
  void lateResultChangesNothingAndTheOverlapHasTheLowerNumber() {
    String unused = site.run("migrate");
    String key = site.run("admin", "create-key", "frozen");
    Serving frozen = site.serve(Map.of());
    Api api = frozen.api(key);
    String secret =
        api.webhook(
            "ordered",
            "{\"url\":\"%s\",\"events\":[\"*\"],\"ordered\":true,\"timeout\":\"1s\",\"retry\":\"1h\"}"
                .formatted(receiver.url(PATH)));

    // The frozen one's attempt works; that of the one which takes over fails.
    receiver.script(PATH, 200, 500);
    receiver.hold(PATH);
    String first = publish(api, 1);
    eventually("it is on the wire").until(() -> requests().size() == 1);
    frozen.process().freeze();
    receiver.release(PATH);
    Serving other = site.serve(Map.of());
    String second = publish(other.api(key), 2);
    // Temporal may give the webhook's tasks to the frozen one's open polls until it misses that
    // one's pings, after 70 s, and then wait for the last: 10 s for a workflow task, 30 s for a
    // drain's heartbeat.
    eventually("the other one has taken over, and failed", 180)
        .until(() -> state(first).equals("retrying 2"));
    String before = row(first);

    frozen.process().thaw();
    eventually("the late result is logged").until(() -> attempts(other.api(key)).size() == 2);
    assertThat(row(first)).as("and has changed nothing").isEqualTo(before);
    assertThat(requests()).as("nor let the next one go").hasSize(2);

    List<JsonNode> attempts = attempts(other.api(key));
    assertThat(attempts).extracting(one -> one.path("number").intValue()).containsExactly(1, 2);
    Instant end =
        at(attempts.getFirst()).plusMillis(attempts.getFirst().path("durationMs").longValue());
    assertThat(at(attempts.getFirst())).isBefore(at(attempts.getLast()));
    assertThat(end).as("they were under way at once").isAfter(at(attempts.getLast()));

    other.api(key).post("/v1/deliveries/" + delivery(other.api(key)) + "/retry", "").expect(200);
    eventually("all are delivered").until(() -> open() == 0);
    assertThat(requests()).extracting(Received::id).containsExactly(first, first, first, second);
    assertThat(requests())
        .extracting(request -> request.header("sequitur-attempt"))
        .containsExactly("1", "2", "3", "1");
    requests().forEach(request -> request.verify(secret));
  }

  // Frozen anywhere else it holds nothing that others wait for. Its connection stays open.
  @Test
  void whatItLockedIsFreeWhenItsTransactionStandsStill() {
    String unused = site.run("migrate");
    String key = site.run("admin", "create-key", "frozen");
    try (StatementPauses pauses = new StatementPauses(site.owner().host(), site.owner().port())) {
      Serving frozen =
          site.serve(Map.of("SEQUITUR_DATABASE_APP_URL", site.appBehind(pauses.port())));
      Api api = frozen.api(key);
      String secret =
          api.webhook(
              "ordered",
              "{\"url\":\"%s\",\"events\":[\"*\"],\"ordered\":true}".formatted(receiver.url(PATH)));
      try (Pause locking = pauses.pause(At.ANSWERED, "pg_advisory_xact_lock")) {
        String first = publish(api, 1);
        locking.awaitReached();
        frozen.process().freeze();
        Serving other = site.serve(Map.of());
        String second = publish(other.api(key), 2);
        eventually("both are delivered", 60).until(() -> requests().size() == 2);
        assertThat(requests()).extracting(Received::id).containsExactly(first, second);
        requests().forEach(request -> request.verify(secret));
      }
    }
  }

  private static String publish(Api api, int id) {
    return api.publish(
        "{\"id\":\"%d\",\"source\":\"frozen\",\"type\":\"a\",\"subject\":\"k\"}".formatted(id));
  }

  private List<Received> requests() {
    return receiver.received(PATH);
  }

  private String state(String event) {
    return site.pg()
        .text(
            "select state || ' ' || claim_number from sequitur.delivery_open where %s"
                .formatted(is(event)));
  }

  private String row(String event) {
    return site.pg()
        .text("select d::text from sequitur.delivery_open d where %s".formatted(is(event)));
  }

  private static String is(String event) {
    return "'evt_' || replace(event_id::text, '-', '') = '" + event + "'";
  }

  private long open() {
    return site.pg().count("select count(*) from sequitur.delivery_open");
  }

  private static String delivery(Api api) {
    return api.deliveries("ordered").getLast().path("id").textValue();
  }

  private static List<JsonNode> attempts(Api api) {
    List<JsonNode> attempts = new ArrayList<>();
    api.get("/v1/deliveries/" + delivery(api))
        .expect(200)
        .json()
        .path("attempts")
        .forEach(attempts::add);
    return attempts;
  }

  private static Instant at(JsonNode attempt) {
    return Instant.parse(attempt.path("at").textValue());
  }
}
