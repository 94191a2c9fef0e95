package io.sequitur.bench;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Stands in for the engine: takes events and delivers each to every webhook, with the faults it is
 * told to have. It shares no HTTP code with the bench.
 */
final class FakeServer implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** What goes wrong with the n-th event, counted from 0. */
  interface Faults {
    default int status(int event) {
      return 202;
    }

    /** How often the event is delivered to each webhook. */
    default int deliveries(int event) {
      return 1;
    }

    default void beforeAnswer(int event) throws InterruptedException {}
  }

  static final Faults NONE = new Faults() {};

  private final Faults faults;
  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).executor(threads).build();
  private final Map<String, JsonNode> webhooks = new ConcurrentHashMap<>();
  private final AtomicInteger events = new AtomicInteger();

  final Queue<String> requests = new ConcurrentLinkedQueue<>();
  final Queue<JsonNode> definitions = new ConcurrentLinkedQueue<>();
  final Queue<JsonNode> published = new ConcurrentLinkedQueue<>();
  final Queue<String> authorizations = new ConcurrentLinkedQueue<>();

  private FakeServer(Faults faults) throws IOException {
    this.faults = faults;
    this.server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 100);
    server.setExecutor(threads);
    server.createContext("/v1/events", this::publish);
    server.createContext("/v1/webhooks/", this::webhook);
  }

  static FakeServer start(Faults faults) throws IOException {
    FakeServer fake = new FakeServer(faults);
    fake.server.start();
    return fake;
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  private void webhook(HttpExchange exchange) throws IOException {
    String name = exchange.getRequestURI().getPath().substring("/v1/webhooks/".length());
    requests.add(exchange.getRequestMethod() + " " + name);
    String key = exchange.getRequestHeaders().getFirst("Authorization");
    authorizations.add(key == null ? "none" : key);
    if (exchange.getRequestMethod().equals("DELETE")) {
      webhooks.remove(name);
      answer(exchange, 204, "");
      return;
    }
    JsonNode definition = JSON.readTree(exchange.getRequestBody());
    definitions.add(definition);
    webhooks.put(name, definition);
    answer(exchange, 201, "{\"signingSecret\":\"whsec_x\"}");
  }

  private void publish(HttpExchange exchange) throws IOException {
    JsonNode body = JSON.readTree(exchange.getRequestBody());
    String type = exchange.getRequestHeaders().getFirst("Content-Type");
    if (body.isArray() != type.equals("application/cloudevents-batch+json")) {
      answer(exchange, 415, "{}");
      return;
    }
    if (body.isArray()) {
      List<JsonNode> batch = List.copyOf(((ArrayNode) body).valueStream().toList());
      answer(
          exchange,
          202,
          batch.stream()
              .map(event -> accepted(events.getAndIncrement()))
              .collect(joining(",", "{\"accepted\":[", "]}")));
      batch.forEach(event -> deliverAll(event, 1));
      return;
    }
    int event = events.getAndIncrement();
    try {
      faults.beforeAnswer(event);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    int status = faults.status(event);
    answer(exchange, status, accepted(event));
    deliverAll(body, status == 202 ? faults.deliveries(event) : 0);
  }

  private static String accepted(int event) {
    return "{\"id\":\"evt_%032x\",\"duplicate\":false}".formatted(event);
  }

  private void deliverAll(JsonNode event, int times) {
    published.add(event);
    for (int i = 0; i < times; i++) {
      for (JsonNode webhook : webhooks.values()) {
        if (webhook.get("events").get(0).equals(event.get("type"))) {
          deliver(webhook.get("url").textValue(), event.toString().getBytes(UTF_8));
        }
      }
    }
  }

  private void deliver(String url, byte[] body) {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(url))
            .header("content-type", "application/cloudevents+json; charset=utf-8")
            .POST(HttpRequest.BodyPublishers.ofByteArray(body))
            .build();
    threads.execute(() -> send(request));
  }

  private void send(HttpRequest request) {
    try {
      requests.add("delivered " + client.send(request, BodyHandlers.discarding()).statusCode());
    } catch (IOException e) {
      requests.add("failed " + e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void answer(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(UTF_8);
    // 0 is "chunked" to this server, which is the form of the two that is easier to get wrong.
    exchange.sendResponseHeaders(status, status == 204 ? -1 : 0);
    if (status != 204) {
      exchange.getResponseBody().write(bytes);
    }
    exchange.close();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
    client.shutdownNow();
  }
}
