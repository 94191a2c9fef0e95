package io.sequitur.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.sequitur.client.SyncApi.ConflictException;
import io.sequitur.client.SyncApi.Pulled.Full;
import io.sequitur.client.SyncApi.Pulled.Unchanged;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class HttpSyncApiTest {
  private record Answer(int status, String body) {}

  private final Queue<Answer> answers = new ArrayDeque<>();
  private final List<String> requests = new ArrayList<>();
  private @Nullable HttpServer server;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::handle);
    server.start();
  }

  @AfterEach
  void stop() {
    if (server != null) {
      server.stop(0);
    }
  }

  @Test
  void pagesAreOneSet() throws Exception {
    answers.add(new Answer(200, page(7, "[1,2]", "a+b")));
    answers.add(new Answer(200, page(7, "[3]", null)));
    assertThat(api("k").pull(null))
        .isInstanceOfSatisfying(
            Full.class,
            full -> {
              assertThat(full.set().generation()).isEqualTo(7);
              assertThat(full.set().hash()).isEqualTo("h7");
              assertThat(full.set().items().toString()).isEqualTo("[1, 2, 3]");
            });
    assertThat(requests)
        .containsExactly(
            "GET /v1/sync-targets/t/triggers null Bearer k ",
            "GET /v1/sync-targets/t/triggers?cursor=a%2Bb null Bearer k ");
  }

  @Test
  void aPageThatIsGoneOrOfAnotherGenerationBeginsItAgain() throws Exception {
    answers.add(new Answer(200, page(7, "[1]", "c")));
    answers.add(new Answer(409, "{}"));
    answers.add(new Answer(200, page(8, "[1]", "c")));
    answers.add(new Answer(200, page(9, "[2]", null)));
    answers.add(new Answer(200, page(9, "[4]", null)));
    assertThat(api(null).pull(null))
        .isInstanceOfSatisfying(
            Full.class, full -> assertThat(full.set().items().toString()).isEqualTo("[4]"));
  }

  @Test
  void whatIsHeldNeedNotBeSentAgain() throws Exception {
    answers.add(new Answer(304, ""));
    assertThat(api(null).pull("h7")).isEqualTo(new Unchanged(12));
    assertThat(requests).containsExactly("GET /v1/sync-targets/t/triggers \"h7\" null ");
  }

  @Test
  void acknowledgementsSayWhatIsHeldOrWhyNot() throws Exception {
    answers.add(new Answer(200, "{}"));
    answers.add(new Answer(200, "{}"));
    api(null).acknowledge(new Acknowledgement(7, "h7", "n", null));
    api(null).acknowledge(new Acknowledgement(8, "h8", null, "no"));
    assertThat(requests)
        .containsExactly(
            "POST /v1/sync-targets/t/acks null null {\"generation\":7,\"hash\":\"h7\",\"notificationId\":\"n\",\"status\":\"APPLIED\"}",
            "POST /v1/sync-targets/t/acks null null {\"generation\":8,\"hash\":\"h8\",\"status\":\"REJECTED\",\"detail\":\"no\"}");
  }

  @Test
  void whatIsNotTakenIsAnError() {
    answers.add(new Answer(409, "another hash"));
    answers.add(new Answer(500, "oh"));
    answers.add(new Answer(500, "oh"));
    Acknowledgement acknowledgement = new Acknowledgement(7, "x", null, null);
    assertThatThrownBy(() -> api(null).acknowledge(acknowledgement))
        .isInstanceOf(ConflictException.class)
        .hasMessageContaining("another hash");
    assertThatThrownBy(() -> api(null).acknowledge(acknowledgement))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("500");
    assertThatThrownBy(() -> api(null).pull(null)).isInstanceOf(IOException.class);
  }

  private HttpSyncApi api(@Nullable String key) {
    int port = server == null ? 0 : server.getAddress().getPort();
    return new HttpSyncApi(
        HttpClient.newHttpClient(), URI.create("http://localhost:" + port), "t", key);
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      requests.add(
          "%s %s %s %s %s"
              .formatted(
                  exchange.getRequestMethod(),
                  exchange.getRequestURI(),
                  exchange.getRequestHeaders().getFirst("If-None-Match"),
                  exchange.getRequestHeaders().getFirst("Authorization"),
                  new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8)));
      Answer answer = answers.remove();
      exchange.getResponseHeaders().set("Sequitur-Generation", "12");
      byte[] body = answer.body.getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(answer.status, body.length == 0 ? -1 : body.length);
      exchange.getResponseBody().write(body);
    }
  }

  private static String page(long generation, String items, @Nullable String next) {
    return "{\"generation\":%d,\"hash\":\"h%d\",\"items\":%s%s}"
        .formatted(
            generation, generation, items, next == null ? "" : ",\"next\":\"%s\"".formatted(next));
  }
}
