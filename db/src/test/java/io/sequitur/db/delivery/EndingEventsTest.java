package io.sequitur.db.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sequitur.db.Ids;
import io.sequitur.db.event.Routed;
import io.sequitur.db.testing.World;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the engine says of a delivery that ends badly, and that it does not say it for ever. */
final class EndingEventsTest {
  private static final int LONGEST_CHAIN = 20;

  private final World world = new World();

  @AfterEach
  void close() {
    world.close();
  }

  @Test
  void anExhaustedDeliveryIsAnEventWithItsCause() {
    long webhook = world.webhook("w");
    Claim claim = world.claimed("k", webhook);
    end(List.of(claim), "exhausted");
    JsonNode event = only("sequitur.delivery.exhausted");
    JsonNode data = event.get("data");
    assertThat(data.get("webhook").textValue()).isEqualTo("w");
    assertThat(data.get("event").textValue()).isEqualTo(Ids.event(claim.eventId()));
    assertThat(data.get("delivery").textValue()).isEqualTo(Ids.delivery(claim.eventId(), webhook));
    assertThat(data.get("attempts").intValue()).isEqualTo(1);
    assertThat(data.get("class").textValue()).isEqualTo("HTTP_SERVER_ERROR");
    assertThat(data.get("status").intValue()).isEqualTo(500);
    assertThat(event.get("subject").textValue()).isEqualTo("w");
    assertThat(event.get("source").textValue()).isEqualTo("/sequitur/default/webhooks");
    assertThat(event.get("sequiturcause").textValue()).isEqualTo(Ids.event(claim.eventId()));
    assertThat(event.get("sequiturdepth").intValue()).isEqualTo(1);
  }

  @Test
  void aBlockedLaneIsAnEvent() {
    Claim claim = world.claimed("k", world.webhook("w", "ordered = true"));
    end(List.of(claim), "blocked");
    JsonNode data = only("sequitur.lane.blocked").get("data");
    assertThat(data.get("source").textValue()).isEqualTo("/test");
    assertThat(data.get("key").textValue()).isEqualTo("k");
    assertThat(data.get("event").textValue()).isEqualTo(Ids.event(claim.eventId()));
    assertThat(data.get("since").isTextual()).isTrue();
  }

  @Test
  void aWebhookThatIsGoneIsDisabledOnceUntilItIsEnabledAgain() {
    long webhook = world.webhook("w");
    List<Claim> claims = List.of(world.claimed(null, webhook), world.claimed(null, webhook));
    record(claims.stream().map(EndingEventsTest::gone).toList());
    JsonNode data = only("sequitur.webhook.disabled").get("data");
    assertThat(data.get("reason").textValue()).contains("410");
    assertThat(List.of(Ids.event(claims.get(0).eventId()), Ids.event(claims.get(1).eventId())))
        .contains(data.get("event").textValue());

    world.state(webhook, "status = 'ok', since = null, reason = null");
    Claim again = world.claimed(null, webhook);
    record(List.of(gone(again)));
    record(List.of(gone(again)));
    assertThat(events("sequitur.webhook.disabled")).hasSize(2);
  }

  @Test
  void whatHappensUnderAnOldClaimIsNoEvent() {
    Claim claim = world.claimed("k", world.webhook("w"));
    world.db.execute("update delivery_open set claim_number = 2");
    end(List.of(claim), "exhausted");
    assertThat(events("sequitur.%"))
        .extracting(e -> e.get("type").asText())
        .containsOnly("sequitur.webhook.created");
  }

  @Test
  void resultsThatAreNoEndAreNoEvents() {
    long webhook = world.webhook("w");
    end(List.of(world.claimed("k", webhook)), "delivered");
    end(List.of(world.claimed("k", webhook)), "retrying");
    end(List.of(world.claimed("k", webhook)), "cancelled");
    assertThat(world.db.count("outbox")).isZero();
  }

  @Test
  void aWebhookThatListensToItsOwnFailuresIsCutWithAReason() {
    long webhook = world.webhook("w");
    world.publish("k");
    failUntilNothingIsPending(webhook);
    List<JsonNode> chain = events("sequitur.delivery.exhausted");
    assertThat(chain).hasSize(LONGEST_CHAIN);
    assertThat(world.db.count("delivery_done where state = 'exhausted'")).isEqualTo(LONGEST_CHAIN);
    JsonNode last = chain.getLast();
    assertThat(last.get("sequiturdepth").intValue()).isEqualTo(LONGEST_CHAIN);
    String first = world.db.value(String.class, "select id::text from event where type = 't'");
    assertThat(
            world.db.value(
                String.class,
                "select q.reason from quarantine q join event e on e.id = q.event_id where e.depth = 20"))
        .contains("loop guard")
        .contains("20 events")
        .contains("evt_" + first.replace("-", ""))
        .contains("data.webhook != \"w\"");
    assertThat(world.db.count("event where root = ?::uuid", first)).isEqualTo(LONGEST_CHAIN);
  }

  @Test
  void webhooksThatListenToOneAnothersFailuresDoNotMultiply() {
    world.webhook("a");
    world.webhook("b");
    world.webhook("c");
    long[] all =
        world
            .db
            .jdbi()
            .withHandle(handle -> handle.select("select uid from webhook").mapTo(Long.class).list())
            .stream()
            .mapToLong(uid -> uid)
            .toArray();
    world.publish("k");
    failUntilNothingIsPending(all);
    assertThat(events("sequitur.delivery.exhausted")).hasSize(3 * LONGEST_CHAIN);
    assertThat(world.db.count("quarantine")).isEqualTo(3);
  }

  private void failUntilNothingIsPending(long... webhooks) {
    int groups = 0;
    while (!world.event.routing().pending(1).isEmpty()) {
      // Trouble would only slow it down.
      world.db.execute("delete from webhook_state");
      Routed routed = world.route(webhooks);
      end(routed.claims(), "exhausted");
      assertThat(++groups).as("groups that were routed").isLessThanOrEqualTo(2 * LONGEST_CHAIN);
    }
  }

  private void end(List<Claim> claims, String next) {
    record(claims.stream().map(claim -> World.result(claim, next, null)).toList());
  }

  private void record(List<AttemptRow> rows) {
    world.delivery.results().record(rows, world.me);
  }

  private static AttemptRow gone(Claim claim) {
    AttemptRow row = World.result(claim, "retrying", null);
    return new AttemptRow(
        row.eventId(),
        row.webhookUid(),
        row.number(),
        row.at(),
        410,
        "HTTP_CLIENT_ERROR",
        row.durationMs(),
        row.configVersion(),
        row.requestHeaders(),
        null,
        "hint",
        "retrying",
        null,
        null,
        false,
        "https://receiver.test/",
        null,
        null,
        false,
        null);
  }

  private JsonNode only(String type) {
    List<JsonNode> events = events(type);
    assertThat(events).as(type).hasSize(1);
    return events.getFirst();
  }

  private List<JsonNode> events(String type) {
    ObjectMapper json = new ObjectMapper();
    List<JsonNode> events = new ArrayList<>();
    for (String body :
        world
            .db
            .jdbi()
            .withHandle(handle ->
                handle
                    .select(
                        "select body from event where type like ? order by coalesce(depth, 0)",
                        type)
                    .mapTo(String.class)
                    .list())) {
      try {
        events.add(json.readTree(body));
      } catch (JsonProcessingException e) {
        throw new AssertionError(body, e);
      }
    }
    return events;
  }
}
