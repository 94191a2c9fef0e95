package io.sequitur.api.testing;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;

/** Many requests at once, each on a connection of its own. */
public final class Burst {
  private Burst() {}

  /**
   * Posts nothing, so many times.
   *
   * @param meanwhile is done when every request is on its way
   * @return the status of each answer
   */
  public static List<Integer> post(String url, int count, Runnable meanwhile) {
    URI to = URI.create(url);
    CountDownLatch connected = new CountDownLatch(count);
    CountDownLatch sent = new CountDownLatch(count);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<CompletableFuture<Integer>> answers =
          IntStream.range(0, count)
              .mapToObj(
                  i -> CompletableFuture.supplyAsync(() -> post(to, connected, sent), threads))
              .toList();
      await(sent);
      meanwhile.run();
      return answers.stream().map(CompletableFuture::join).toList();
    }
  }

  private static int post(URI to, CountDownLatch connected, CountDownLatch sent) {
    try (Socket socket = new Socket(to.getHost(), to.getPort())) {
      connected.countDown();
      await(connected);
      String request =
          "POST %s?%s HTTP/1.1\r\nHost: %s\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
              .formatted(to.getPath(), to.getQuery(), to.getAuthority());
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      sent.countDown();
      BufferedReader answer =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
      String status = answer.readLine();
      return status == null ? 0 : Integer.parseInt(status.split(" ")[1]);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
