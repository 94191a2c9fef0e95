package io.sequitur.api.cli.listen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.standardwebhooks.Webhook;
import io.sequitur.api.testing.TestTerminal;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class ListenCommandTest {
  private static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
  private static final String OTHER = "whsec_c2VjcmV0c2VjcmV0c2VjcmV0";
  private static final String BODY =
      "{\"type\":\"com.example.paid\",\"source\":\"/shop\",\"data\":{}}";
  private static final Pattern URL =
      Pattern.compile("listening on (http://127\\.0\\.0\\.1:\\d+)\n");

  private final TestTerminal terminal = new TestTerminal();
  private final HttpClient http = HttpClient.newHttpClient();

  @Test
  void aGoodSignatureIsVerifiedWithAnyOfTheSecrets() throws Exception {
    CompletableFuture<Integer> exit = listen("--once", "1", "--secret", OTHER, "--secret", SECRET);

    assertThat(deliver("evt_1", SECRET, Instant.now(), 1)).isEqualTo(200);

    assertThat(exit.get(10, TimeUnit.SECONDS)).isZero();
    assertThat(terminal.out())
        .containsPattern("erp +com\\.example\\.paid +evt_1 +o-7/1 +1 +✓ +200\n")
        .endsWith("received 1, distinct 1, repeats 0, out of order 0\n");
  }

  @Test
  void aWrongSignatureAndAnOldTimestampAreTold() throws Exception {
    CompletableFuture<Integer> exit = listen("--once", "2", "--secret", SECRET);

    deliver("evt_1", OTHER, Instant.now(), 1);
    deliver("evt_2", SECRET, Instant.now().minusSeconds(3600), 2);

    assertThat(exit.get(10, TimeUnit.SECONDS)).isZero();
    assertThat(terminal.out())
        .contains("✗ wrong signature")
        .containsPattern("✗ timestamp off by 360\\d s")
        .contains("failed verification 2");
  }

  @Test
  void withoutASecretTheLineSaysThatNothingWasVerified() throws Exception {
    CompletableFuture<Integer> exit = listen("--once", "1");

    deliver("evt_1", SECRET, Instant.now(), 1);

    assertThat(exit.get(10, TimeUnit.SECONDS)).isZero();
    assertThat(terminal.out()).contains("– not verified").doesNotContain("✓");
  }

  @Test
  void statusesAreAnsweredInTurnAndTheLastForAllThatFollow() throws Exception {
    CompletableFuture<Integer> exit = listen("--once", "3", "--status", "500,202");

    assertThat(deliver("evt_1", SECRET, Instant.now(), 1)).isEqualTo(500);
    assertThat(deliver("evt_1", SECRET, Instant.now(), 1)).isEqualTo(202);
    assertThat(deliver("evt_2", SECRET, Instant.now(), 2)).isEqualTo(202);

    assertThat(exit.get(10, TimeUnit.SECONDS)).isZero();
    assertThat(terminal.out()).endsWith("received 3, distinct 2, repeats 1, out of order 0\n");
  }

  @Test
  void bodiesArePrintedOnRequest() throws Exception {
    CompletableFuture<Integer> exit = listen("--once", "1", "--body");

    deliver("evt_1", SECRET, Instant.now(), 1);

    assertThat(exit.get(10, TimeUnit.SECONDS)).isZero();
    assertThat(terminal.out()).contains("  " + BODY + "\n");
  }

  @Test
  void aTakenPortIsNamed() throws Exception {
    CompletableFuture<Integer> first = listen("--once", "1");
    TestTerminal second = new TestTerminal();
    String port = String.valueOf(URI.create(url()).getPort());

    assertThat(second.run("listen", "--port", port)).isEqualTo(1);
    assertThat(second.err())
        .isEqualTo("sequitur: port " + port + " is taken; choose another with --port\n");

    deliver("evt_1", SECRET, Instant.now(), 1);
    assertThat(first.get(10, TimeUnit.SECONDS)).isZero();
  }

  @Test
  void flagsThatMakeNoSenseAreMisuse() {
    assertThat(new TestTerminal().run("listen", "--secret", "whsec_?")).isEqualTo(2);
    assertThat(new TestTerminal().run("listen", "--status", "99")).isEqualTo(2);
    assertThat(new TestTerminal().run("listen", "--delay", "soon")).isEqualTo(2);
  }

  private CompletableFuture<Integer> listen(String... args) {
    String[] all = new String[args.length + 3];
    all[0] = "listen";
    all[1] = "--port";
    all[2] = "0";
    System.arraycopy(args, 0, all, 3, args.length);
    CompletableFuture<Integer> exit = CompletableFuture.supplyAsync(() -> terminal.run(all));
    await().until(() -> URL.matcher(terminal.out()).find());
    return exit;
  }

  private String url() {
    Matcher matcher = URL.matcher(terminal.out());
    assertThat(matcher.find()).isTrue();
    return matcher.group(1);
  }

  private int deliver(String id, String secret, Instant at, int sequence) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(url()))
            .header("webhook-id", id)
            .header("webhook-timestamp", String.valueOf(at.getEpochSecond()))
            .header(
                "webhook-signature",
                "v1,AAAA " + new Webhook(secret).sign(id, at.getEpochSecond(), BODY))
            .header("sequitur-webhook", "erp")
            .header("sequitur-attempt", "1")
            .header("sequitur-key", "o-7")
            .header("sequitur-sequence", String.valueOf(sequence))
            .POST(BodyPublishers.ofString(BODY))
            .build();
    return http.send(request, BodyHandlers.discarding()).statusCode();
  }
}
