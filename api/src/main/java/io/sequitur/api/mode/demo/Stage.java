package io.sequitur.api.mode.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sequitur.api.cli.http.ApiClient;
import io.sequitur.api.cli.http.ServerAddress;
import io.sequitur.api.cli.text.CliException;
import io.sequitur.api.cli.text.Json;
import io.sequitur.db.DatabaseAddress;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** What every step of the story acts on. */
final class Stage {
  /** The ordered webhook. */
  static final String LEDGER = "ledger";

  /** The webhook without order. */
  static final String CHAT = "chat";

  static final String TOKEN = "token";

  private final Timeline timeline;
  private final Inbox inbox;
  private final Samples samples = Samples.load();
  private final Duration patience;
  private DemoServer.Running server;
  private ApiClient api;

  /**
   * A stage with a running server.
   *
   * @param patience how long to wait for something that was promised
   */
  Stage(Timeline timeline, Inbox inbox, DemoServer.Running server, Duration patience) {
    this.timeline = timeline;
    this.inbox = inbox;
    this.patience = patience;
    this.server = server;
    this.api = client(server);
  }

  Timeline timeline() {
    return timeline;
  }

  Inbox inbox() {
    return inbox;
  }

  ApiClient api() {
    return api;
  }

  /** How long to wait for something that was promised. */
  Duration patience() {
    return patience;
  }

  Samples samples() {
    return samples;
  }

  /** The server was started again, on other ports. */
  void moveTo(DemoServer.Running newServer) {
    server = newServer;
    api = client(newServer);
  }

  /** Waits as long as it is sensible for something that was promised. */
  boolean await(Predicate<Arrivals> wanted) throws InterruptedException {
    return inbox.await(patience, wanted);
  }

  /** Waits until both webhooks have taken all of these. */
  boolean awaitAll(List<String> ids) throws InterruptedException {
    return await(arrivals -> missing(arrivals, ids) == 0);
  }

  /** How many of these both webhooks together have not taken. */
  static int missing(Arrivals arrivals, List<String> ids) {
    Arrivals taken = arrivals.of(ids).taken();
    return 2 * ids.size() - taken.at(LEDGER).ids().size() - taken.at(CHAT).ids().size();
  }

  /** Publishes in one batch; the answer is the server's ids, which the receiver sees again. */
  List<String> publish(List<JsonNode> events) {
    ArrayNode batch = Json.object().putArray("batch").addAll(events);
    JsonNode answer =
        api.post("/v1/events", "application/cloudevents-batch+json", Json.write(batch)).json();
    List<String> ids = new ArrayList<>();
    answer.path("accepted").forEach(accepted -> ids.add(accepted.path("id").asText()));
    return ids;
  }

  String publish(JsonNode event) {
    return api.post("/v1/events", "application/cloudevents+json", Json.write(event))
        .json()
        .path("id")
        .asText();
  }

  JsonNode put(String path, ObjectNode body) {
    return api.put(path, body).json();
  }

  void setToken(String value) {
    put("/v1/key-values/" + TOKEN, Json.object().put("kind", "static").put("value", value));
  }

  /** As somebody with {@code psql} does it; the server is told nothing. */
  void setTokenBySql(String value) {
    try (Connection connection = DatabaseAddress.parse(server.database()).connect();
        PreparedStatement update =
            connection.prepareStatement("update sequitur.key_value set value = ? where name = ?")) {
      update.setString(1, value);
      update.setString(2, TOKEN);
      update.executeUpdate();
    } catch (SQLException e) {
      throw new CliException("the token cannot be changed by SQL: " + e.getMessage(), e);
    }
  }

  private static ApiClient client(DemoServer.Running server) {
    return new ApiClient(new ServerAddress(server.api(), "the demo"), null);
  }
}
