package io.sequitur.api.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sequitur.api.testing.Api;
import io.sequitur.api.testing.Api.Response;
import io.sequitur.api.testing.FakeReceiver;
import io.sequitur.api.testing.Pg;
import io.sequitur.api.testing.Received;
import io.sequitur.api.testing.SequiturProcess;
import java.sql.Connection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every way in which an event comes, and what the receiver then gets. */
final class EventsInTest extends EndToEnd {
  private static final int POSTS = 200;

  EventsInTest(SequiturProcess sequitur, FakeReceiver receiver) {
    super(sequitur, receiver);
  }

  @Test
  void dataIsDeliveredAsItWasSpelled() {
    webhook("");
    String data = "{ \"z\":1.50,  \"a\":1e3,\"n\":12345678901234567890, \"u\":\"\\u00e9\" }";
    api.post(
            "/v1/events",
            "{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"/s\",\"type\":\"%s\",\"extra\":\"kept\",\"data\":%s}"
                .formatted(type, data),
            "Content-Type",
            "application/cloudevents+json")
        .expect(202);

    Received request = awaitReceived(1).getFirst();
    assertThat(request.body()).contains("\"data\":" + data).contains("\"extra\":\"kept\"");
    assertThat(request.method()).isEqualTo("POST");
    assertThat(request.header("content-type"))
        .isEqualTo("application/cloudevents+json; charset=utf-8");
  }

  @Test
  void plainJsonGetsTheAttributesThatItLeftOut() {
    webhook("");
    String id =
        api.publish("{\"source\":\"%s\",\"type\":\"%s\",\"data\":[1,2]}".formatted(name, type));

    Received request = awaitReceived(1).getFirst();
    JsonNode body = Api.parse(request.body());
    assertThat(request.id()).isEqualTo(id).startsWith("evt_");
    assertThat(body.get("specversion").textValue()).isEqualTo("1.0");
    assertThat(body.get("id").textValue()).isNotEmpty();
    assertThat(body.get("time").textValue()).endsWith("Z");
    assertThat(body.get("data").toString()).isEqualTo("[1,2]");
  }

  @Test
  void binaryModeIsDeliveredLikeStructuredMode() {
    webhook("");
    api.send(
            "POST",
            "/v1/events",
            "{\"b\":2, \"a\":1}",
            "ce-specversion",
            "1.0",
            "ce-id",
            "42",
            "ce-source",
            "/binary",
            "ce-type",
            type,
            "ce-partitionkey",
            "k")
        .expect(202);

    Received request = awaitReceived(1).getFirst();
    JsonNode body = Api.parse(request.body());
    assertThat(body.get("id").textValue()).isEqualTo("42");
    assertThat(body.get("source").textValue()).isEqualTo("/binary");
    assertThat(request.body()).contains("{\"b\":2, \"a\":1}");
    assertThat(request.header("sequitur-key")).isEqualTo("k");
  }

  @Test
  void batchAnswersInItsOrderAndIsDeliveredWhole() {
    webhook("");
    Response answer = batch(full("1"), full("2"), full("1"), full("3"));
    answer.expect(202);

    List<JsonNode> accepted =
        Stream.of(0, 1, 2, 3).map(i -> answer.json().get("accepted").get(i)).toList();
    assertThat(accepted.get(2).get("id")).isEqualTo(accepted.getFirst().get("id"));
    assertThat(accepted.stream().map(one -> one.get("duplicate").booleanValue()))
        .containsExactly(false, false, true, false);
    awaitState("delivered", 3);
    assertThat(awaitReceived(3).stream().map(Received::id))
        .containsExactlyInAnyOrder(id(accepted, 0), id(accepted, 1), id(accepted, 3));
  }

  @Test
  void oneBadEventKeepsTheWholeBatchOut() {
    webhook("");
    batch(full("1"), full("2").replace("\"type\"", "\"typo\"")).expect(400);

    assertThat(stored()).isZero();
  }

  @Test
  void sameIdPostedAtOnceIsOneEventAndOneDelivery() {
    webhook("");
    String body = event("only", "\"data\":{}");
    List<CompletableFuture<Response>> posts =
        IntStream.range(0, POSTS).mapToObj(i -> api.postLater("/v1/events", body)).toList();
    List<JsonNode> answers = posts.stream().map(post -> post.join().expect(202).json()).toList();

    assertThat(answers.stream().map(answer -> answer.get("id").textValue()).distinct()).hasSize(1);
    assertThat(answers.stream().filter(answer -> !answer.get("duplicate").booleanValue()))
        .hasSize(1);
    awaitState("delivered", 1);
    // A later event of the same webhook has arrived: a second delivery of the first would have too.
    publish("later", "");
    awaitState("delivered", 2);
    assertThat(received()).hasSize(2);
    assertThat(stored()).isEqualTo(2);
  }

  @Test
  void sameIdOfAnotherSourceIsAnotherEvent() {
    webhook("");
    String first = publish("1", "");
    String second =
        api.publish("{\"id\":\"1\",\"source\":\"other-%s\",\"type\":\"%s\"}".formatted(name, type));

    assertThat(second).isNotEqualTo(first);
    awaitState("delivered", 2);
  }

  @Test
  void eventShowsItsMatchesItsWorkflowAndItsDeliveries() {
    webhook("");
    String id = publish("1", "\"partitionkey\":\"k\",\"data\":{\"n\":1.0}");
    awaitState("delivered", 1);

    eventually("the workflow is known")
        .until(() -> api.get("/v1/events/" + id).json().path("workflow").has("id"));
    JsonNode event = api.get("/v1/events/" + id).expect(200).json();
    assertThat(event.get("state").textValue()).isEqualTo("routed");
    assertThat(event.get("matches").toString())
        .isEqualTo("[{\"trigger\":\"webhook::" + name + "\"}]");
    assertThat(event.get("deliveries").get(0).get("state").textValue()).isEqualTo("delivered");
    assertThat(event.get("sequence").longValue()).isEqualTo(1);
    api.get("/v1/events/evt_00000000000000000000000000000000").expect(404);
  }

  @Test
  void publishInARolledBackTransactionPublishesNothing() throws Exception {
    webhook("");
    try (Connection connection = pg().connect()) {
      connection.setAutoCommit(false);
      String rolledBack = publishBySql(connection, "no");
      connection.rollback();
      String committed = publishBySql(connection, "yes");
      assertThat(received()).isEmpty();
      connection.commit();

      assertThat(awaitReceived(1).getFirst().id()).isEqualTo(committed).isNotEqualTo(rolledBack);
    }
    assertThat(stored()).isEqualTo(1);
    assertThat(received().getFirst().body()).contains("\"data\":{\"a\": 1.50}");
  }

  @Test
  void publisherOfAnotherIdNeverWaitsForAnOpenTransaction() throws Exception {
    webhook("\"ordered\":true");
    try (Connection open = pg().connect()) {
      open.setAutoCommit(false);
      publishBySql(open, "open");
      publish("other", "\"partitionkey\":\"k\"");
      assertThat(awaitReceived(1)).hasSize(1);
      open.commit();
    }
    assertThat(awaitReceived(2).stream().map(Received::sequence)).containsExactly(1L, 2L);
  }

  private String publishBySql(Connection connection, String id) throws Exception {
    return Pg.text(
        connection,
        "select sequitur.publish(?, ?, null, cast(? as jsonb), 'k', ?)",
        type,
        name,
        "{\"a\": 1.50}",
        id);
  }

  private String full(String id) {
    return event(id, "\"specversion\":\"1.0\"");
  }

  private Response batch(String... events) {
    return api.post(
        "/v1/events",
        "[" + String.join(",", events) + "]",
        "Content-Type",
        "application/cloudevents-batch+json");
  }

  private long stored() {
    return pg().count("select count(*) from sequitur.event where type = ?", type);
  }

  private static String id(List<JsonNode> accepted, int index) {
    return accepted.get(index).get("id").textValue();
  }
}
