package io.sequitur.api.mode.demo;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.sequitur.api.cli.http.ApiClient;
import io.sequitur.api.cli.text.CliException;
import io.sequitur.api.cli.text.Json;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A platform of the story, on loopback, that takes notices. An honest one pulls, applies and
 * acknowledges; the other one answers 204 as well, and does nothing.
 */
final class Platform implements AutoCloseable {
  private final String name;
  private final ApiClient api;
  private final boolean honest;
  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final AtomicInteger notices = new AtomicInteger();
  private long holds;

  Platform(String name, ApiClient api, boolean honest) {
    this.name = name;
    this.api = api;
    this.honest = honest;
    try {
      byte[] loopback = {127, 0, 0, 1};
      server = HttpServer.create(new InetSocketAddress(InetAddress.getByAddress(loopback), 0), 0);
    } catch (IOException e) {
      throw new CliException("the platform cannot listen on 127.0.0.1: " + e.getMessage(), e);
    }
    server.createContext("/", this::notice);
    server.setExecutor(threads);
    server.start();
  }

  String name() {
    return name;
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/notify";
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
    server.stop(0);
    threads.shutdownNow();
  }
}
