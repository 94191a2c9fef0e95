package io.sequitur.api.mode.demo;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import io.sequitur.api.cli.http.ApiClient;
import io.sequitur.api.cli.text.Json;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A platform of the story, on loopback, that takes notices. An honest one pulls, applies and
 * acknowledges; the other one answers 204 as well, and does nothing.
 */
final class Platform implements AutoCloseable {
  private final String name;
  private final ApiClient api;
  private final boolean honest;
  private final LoopbackServer server;
  private final AtomicInteger notices = new AtomicInteger();
  private long holds;

  Platform(String name, ApiClient api, boolean honest) {
    this.name = name;
    this.api = api;
    this.honest = honest;
    server = LoopbackServer.start("the platform", this::notice);
  }

  String name() {
    return name;
  }

  String url() {
    return server.url("/notify");
  }

  /** Notices that it answered 204. */
  int notices() {
    return notices.get();
  }

  /** The generation that it holds; 0 for none. */
  synchronized long holds() {
    return holds;
  }

  private void notice(HttpExchange exchange) throws IOException {
    JsonNode notice = Json.parse(new String(exchange.getRequestBody().readAllBytes(), UTF_8));
    exchange.sendResponseHeaders(204, -1);
    exchange.close();
    notices.incrementAndGet();
    if (honest) {
      follow(notice.path("notificationId").asText());
    }
  }

  private void follow(String notice) {
    JsonNode set = api.get(path("/triggers")).json();
    long generation = set.path("generation").asLong();
    if (!apply(generation)) {
      return;
    }
    ObjectNode acknowledgement = Json.object().put("status", "APPLIED");
    acknowledgement.put("generation", generation).put("notificationId", notice);
    acknowledgement.set("hash", set.path("hash"));
    api.post(path("/acks"), "application/json", Json.write(acknowledgement));
  }

  /** Never backwards. */
  private synchronized boolean apply(long generation) {
    if (generation < holds) {
      return false;
    }
    holds = generation;
    return true;
  }

  private String path(String what) {
    return "/v1/sync-targets/" + name + what;
  }

  @Override
  public void close() {
    server.close();
  }
}
