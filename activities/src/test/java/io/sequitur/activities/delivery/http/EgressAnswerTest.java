package io.sequitur.activities.delivery.http;

import static io.sequitur.activities.delivery.http.EgressFixture.failed;
import static io.sequitur.activities.delivery.http.EgressFixture.request;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sequitur.activities.delivery.http.EgressFixture.RawServer;
import io.sequitur.workflows.delivery.AttemptOutcome.Delivered;
import io.sequitur.workflows.delivery.FailureClass;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Answers that a receiver should not give. */
class EgressAnswerTest {
  private static final Duration SHORT = Duration.ofMillis(700);

  /**
   * The time-out begins before the first thing is done towards the receiver, in a cold JVM long.
   */
  private static final Duration SOME = Duration.ofMillis(100);

  private static final Duration WELL_BELOW_THE_DRIP = Duration.ofSeconds(5);
  private final EgressClient client = EgressFixture.client();

  @AfterEach
  void stop() {
    client.close();
  }

  @Test
  void drippedHeadersEndAtTheTimeout() throws Exception {
    try (var server = new RawServer((socket, out) -> drip(out, "HTTP/1.1 200 OK\r\nX: "))) {
      var result = client.send(request(server.url(), SHORT));
      assertThat(failed(result).failureClass()).isEqualTo(FailureClass.TIMEOUT);
      assertThat(failed(result).detail()).contains("No answer from 127.0.0.1 within 700ms");
      assertThat(result.receivers()).isBetween(SOME, WELL_BELOW_THE_DRIP);
      assertThat(result.duration()).isBetween(SHORT, WELL_BELOW_THE_DRIP);
      assertThat(server.connections).hasValue(1);
    }
  }

  @Test
  void drippedBodyEndsAtTheTimeoutButTheStatusCounts() throws Exception {
    try (var server =
        new RawServer(
            (socket, out) -> drip(out, "HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\nhi"))) {
      var result = client.send(request(server.url(), SHORT));
      assertThat(result.outcome()).isEqualTo(new Delivered(200));
      assertThat(result.responseBody()).startsWith("hi");
      assertThat(result.receivers()).isBetween(SOME, WELL_BELOW_THE_DRIP);
      assertThat(result.duration()).isBetween(SHORT, WELL_BELOW_THE_DRIP);
    }
  }

  @Test
  void receiverThatReadsAndSaysNothingTimesOut() throws Exception {
    var never = new CountDownLatch(1);
    try (var server = new RawServer((socket, out) -> never.await())) {
      var result = client.send(request(server.url(), SHORT));
      assertThat(failed(result).failureClass()).isEqualTo(FailureClass.TIMEOUT);
      assertThat(result.receivers()).isBetween(SOME, WELL_BELOW_THE_DRIP);
      assertThat(result.duration()).isBetween(SHORT, WELL_BELOW_THE_DRIP);
    }
  }

  @ParameterizedTest
  @CsvSource({"200,true", "500,false"})
  void truncatedBodyLeavesTheStatusToDecide(int status, boolean delivered) throws Exception {
    try (var server =
        new RawServer((socket, out) ->
            ascii(out, "HTTP/1.1 " + status + " X\r\nContent-Length: 100\r\n\r\npartial"))) {
      var result = client.send(request(server.url()));
      assertThat(result.outcome() instanceof Delivered).isEqualTo(delivered);
      assertThat(result.responseBody()).isEqualTo("partial");
      assertThat(server.connections).hasValue(1);
    }
  }

  @Test
  void resetAfterTheStatusLeavesTheStatusToDecide() throws Exception {
    try (var server =
        new RawServer((socket, out) -> {
          ascii(out, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\nzz");
          socket.setSoLinger(true, 0);
        })) {
      assertThat(client.send(request(server.url())).outcome()).isEqualTo(new Delivered(200));
    }
  }

  @Test
  void successWithABodyWhereNoneBelongsIsStillSuccess() throws Exception {
    try (var server =
        new RawServer(
            (socket, out) -> ascii(out, "HTTP/1.1 204 No\r\nContent-Length: 2\r\n\r\nhi"))) {
      assertThat(client.send(request(server.url())).outcome()).isEqualTo(new Delivered(204));
    }
  }

  @Test
  void interimAnswersAreNoAnswers() throws Exception {
    try (var server =
        new RawServer((socket, out) ->
            ascii(
                out,
                "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\nHTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n"))) {
      assertThat(failed(client.send(request(server.url()))).status()).isEqualTo(500);
    }
  }

  @Test
  void largeAnswerIsNeitherKeptNorReadToItsEnd() throws Exception {
    var sent = new AtomicLong();
    var hungUp = new CountDownLatch(1);
    try (var server = new RawServer((socket, out) -> flood(out, sent, hungUp))) {
      var result = client.send(request(server.url()));
      assertThat(result.outcome()).isEqualTo(new Delivered(200));
      assertThat(result.responseBody()).isEqualTo("x".repeat(4_096));
      assertThat(hungUp.await(5, TimeUnit.SECONDS)).isTrue();
      // What the kernels' buffers took; the answer itself has no end.
      assertThat(sent.get()).isLessThan(32_000_000);
      assertThat(result.duration()).isLessThan(Duration.ofSeconds(5));
    }
  }

  @Test
  void compressedAnswerIsNotInflated() throws Exception {
    byte[] bomb = gzip(new byte[50_000_000]);
    assertThat(bomb.length).isLessThan(60_000);
    try (var server =
        new RawServer((socket, out) -> {
          ascii(out, "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: ");
          ascii(out, bomb.length + "\r\n\r\n");
          out.write(bomb);
        })) {
      var result = client.send(request(server.url()));
      assertThat(result.outcome()).isEqualTo(new Delivered(200));
      assertThat(result.responseBody()).contains("compressed");
    }
  }

  @Test
  void answerIsKeptAsTextThatPostgresTakes() throws Exception {
    byte[] body = "a\u0000bü".getBytes(UTF_8);
    body[1] = (byte) 0xFF;
    byte[] withNul = "x\u0000y".getBytes(UTF_8);
    try (var server =
        new RawServer((socket, out) -> {
          ascii(out, "HTTP/1.1 500 X\r\nConnection: close\r\n\r\n");
          out.write(body);
          out.write(withNul);
        })) {
      assertThat(client.send(request(server.url())).responseBody()).isEqualTo("a\ufffdbüxy");
    }
  }

  @Test
  void answerIsCutBetweenCharactersAt4KiB() throws Exception {
    assertThat(bodyKeptOf(("x" + "ü".repeat(4_000)).getBytes(UTF_8)))
        .isEqualTo("x" + "ü".repeat(2_047));
    byte[] damage = new byte[5_000];
    java.util.Arrays.fill(damage, (byte) 0xFF);
    assertThat(bodyKeptOf(damage).getBytes(UTF_8)).hasSizeBetween(4_090, 4_096);
  }

  @Test
  void somethingOtherThanHttpIsAConnectionProblem() throws Exception {
    try (var server = new RawServer((socket, out) -> ascii(out, "SSH-2.0-OpenSSH\r\n\r\n"))) {
      var failed = failed(client.send(request(server.url())));
      assertThat(failed.failureClass()).isEqualTo(FailureClass.CONNECTION);
      assertThat(failed.detail()).contains("valid HTTP").doesNotContain("SSH");
      assertThat(server.connections).hasValue(1);
    }
  }

  @Test
  void hangingUpWithoutAnAnswerIsAConnectionProblemTriedOnce() throws Exception {
    try (var server = new RawServer((socket, out) -> socket.setSoLinger(true, 0))) {
      var failed = failed(client.send(request(server.url())));
      assertThat(failed.failureClass()).isEqualTo(FailureClass.CONNECTION);
      assertThat(failed.detail()).contains("broke");
      assertThat(server.connections).hasValue(1);
    }
  }

  @Test
  void reusedConnectionThatBreaksIsNotTriedAgain() throws Exception {
    try (var server =
        new RawServer((socket, out) -> {
          ascii(out, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
          socket.getInputStream().readNBytes(60);
          socket.setSoLinger(true, 0);
        })) {
      assertThat(client.send(request(server.url())).outcome()).isEqualTo(new Delivered(200));
      assertThat(failed(client.send(request(server.url()))).failureClass())
          .isEqualTo(FailureClass.CONNECTION);
      assertThat(server.connections).hasValue(1);
    }
  }

  private String bodyKeptOf(byte[] body) throws IOException {
    try (var server =
        new RawServer((socket, out) -> {
          ascii(out, "HTTP/1.1 200 OK\r\nContent-Length: " + body.length + "\r\n\r\n");
          out.write(body);
        })) {
      return java.util.Objects.requireNonNull(client.send(request(server.url())).responseBody());
    }
  }

  private static void drip(OutputStream out, String start)
      throws IOException, InterruptedException {
    ascii(out, start);
    var never = new CountDownLatch(1);
    for (int i = 0; i < 200; i++) {
      out.write('x');
      out.flush();
      if (never.await(100, TimeUnit.MILLISECONDS)) {
        return;
      }
    }
  }

  private static void flood(OutputStream out, AtomicLong sent, CountDownLatch hungUp)
      throws IOException {
    byte[] chunk = "x".repeat(8_192).getBytes(US_ASCII);
    try {
      ascii(out, "HTTP/1.1 200 OK\r\nContent-Length: 10000000000\r\n\r\n");
      while (sent.get() < 10_000_000_000L) {
        out.write(chunk);
        sent.addAndGet(chunk.length);
      }
    } finally {
      hungUp.countDown();
    }
  }

  private static void ascii(OutputStream out, String text) throws IOException {
    out.write(text.getBytes(US_ASCII));
    out.flush();
  }

  private static byte[] gzip(byte[] plain) throws IOException {
    var bytes = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(bytes)) {
      gzip.write(plain);
    }
    return bytes.toByteArray();
  }
}
