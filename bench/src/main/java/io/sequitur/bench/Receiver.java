package io.sequitur.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * The receiver of all deliveries: notes when each one arrived, waits as long as it is told to, and
 * answers 200. One platform thread for each connection, for the reason given at {@link Generator}.
 */
final class Receiver implements Closeable {
  private static final byte[] OK =
      "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n".getBytes(US_ASCII);
  private static final int BACKLOG = 1024;
  private static final int MAX_CONNECTIONS = 4096;
  private static final String PATH = " /bench-";
  private static final String HANGING = "/hanging";

  /** Longer than a webhook's usual time-out. */
  private static final Duration HANGS_FOR = Duration.ofMinutes(1);

  private final ServerSocket listener;
  private final RunId run;
  private final Duration latency;
  private final Map<Integer, Ledger> ledgers = new ConcurrentHashMap<>();
  private final Set<Socket> connections = ConcurrentHashMap.newKeySet();
  private final LongAdder strangers = new LongAdder();
  private final LongAdder broken = new LongAdder();

  private Receiver(ServerSocket listener, RunId run, Duration latency) {
    this.listener = listener;
    this.run = run;
    this.latency = latency;
  }

  static Receiver start(InetAddress address, RunId run, Duration latency) throws IOException {
    Receiver receiver = new Receiver(new ServerSocket(0, BACKLOG, address), run, latency);
    Thread.ofPlatform().daemon().name("bench-receiver").start(receiver::accept);
    return receiver;
  }

  /** Where webhook {@code bench-number} (1, 2, …) delivers to. */
  String url(int number) {
    return base() + "/bench-" + number;
  }

  /** Where nobody ever answers. */
  String hangingUrl() {
    return base() + HANGING;
  }

  private String base() {
    String host = listener.getInetAddress().getHostAddress();
    String literal = host.contains(":") ? "[" + host + "]" : host;
    return "http://" + literal + ":" + listener.getLocalPort();
  }

  /** From now on, deliveries of the step's events are entered in its ledger. */
  void enter(int step, Ledger ledger) {
    ledgers.put(step, ledger);
  }

  /** Deliveries of nothing that this run has sent. */
  long strangers() {
    return strangers.sum();
  }

  /** Connections that broke instead of being closed. */
  long broken() {
    return broken.sum();
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket socket = listener.accept();
        if (connections.size() >= MAX_CONNECTIONS) {
          socket.close();
          continue;
        }
        connections.add(socket);
        Thread.ofPlatform().daemon().name("bench-receiver-connection").start(() -> serve(socket));
      } catch (IOException e) {
        // The listener was closed, and the loop ends; or a client went away before it was accepted.
        broken.increment();
      }
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      socket.setTcpNoDelay(true);
      HttpReader reader = new HttpReader(socket.getInputStream());
      while (reader.next()) {
        if (reader.startLine().contains(HANGING)) {
          Thread.sleep(HANGS_FOR);
          return;
        }
        note(reader, System.nanoTime());
        pause();
        socket.getOutputStream().write(OK);
        if (!reader.keepAlive()) {
          return;
        }
      }
    } catch (IOException e) {
      // The sender gave up or was killed: what arrived whole is in the ledger already.
      broken.increment();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      connections.remove(socket);
    }
  }

  private void note(HttpReader reader, long arrival) {
    RunId.Found event = run.find(reader.bytes(), reader.bodyOffset(), reader.bodyLength());
    Ledger ledger = event == null ? null : ledgers.get(event.step());
    if (event == null
        || ledger == null
        || !ledger.arrived(event.sequence(), webhook(reader.startLine()), arrival)) {
      strangers.increment();
    }
  }

  private void pause() throws InterruptedException {
    if (!latency.isZero()) {
      Thread.sleep(latency);
    }
  }

  /** Counted from 0; -1 for a path that is none of ours. */
  private static int webhook(String startLine) {
    int at = startLine.indexOf(PATH);
    int end = startLine.lastIndexOf(' ');
    if (at < 0 || end < at + PATH.length()) {
      return -1;
    }
    try {
      return Integer.parseInt(startLine, at + PATH.length(), end, 10) - 1;
    } catch (NumberFormatException e) {
      return -1;
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
    for (Socket socket : connections) {
      socket.close();
    }
  }
}
