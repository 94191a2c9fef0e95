package io.sequitur.api.testing;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A way to PostgreSQL on which a test holds a process up at one of its statements, without a hook
 * in the product. It reads PostgreSQL's protocol (version 3), as far as it says which statement is
 * run.
 */
public final class StatementPauses implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final int PROTOCOL_3 = 196_608;

  private final String host;
  private final int port;
  private final ServerSocket listener;
  private final List<Pause> pauses = new CopyOnWriteArrayList<>();
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();

  /** To the server at this address; open at once. */
  public StatementPauses(String host, int port) {
    this.host = host;
    this.port = port;
    try {
      listener = new ServerSocket(0, 100, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Thread.ofVirtual().start(this::accept);
  }

  public int port() {
    return listener.getLocalPort();
  }

  /** Where a statement is held. */
  public enum At {
    /** Not sent yet: it will see all that was committed meanwhile. */
    BEFORE,
    /**
     * Bound, which is when a query that only reads takes its snapshot, and not executed: it will
     * see nothing that was committed meanwhile.
     */
    BOUND,
    /** Executed, outside a transaction committed too; its answer has not arrived. */
    ANSWERED
  }

  /** Holds the next statement up that has this text in it, once. */
  public Pause pause(At at, String text) {
    return add(new Pause(at, text, null));
  }

  /** The same, of those whose first parameter is this number. */
  public Pause pause(At at, String text, long first) {
    return add(new Pause(at, text, first));
  }

  private Pause add(Pause pause) {
    pauses.add(pause);
    return pause;
  }

  /** One statement, held up until the test says so. */
  public final class Pause implements AutoCloseable {
    private final At at;
    private final String text;
    private final @Nullable Long first;
    private final AtomicBoolean taken = new AtomicBoolean();
    private final CountDownLatch reached = new CountDownLatch(1);
    private final CountDownLatch released = new CountDownLatch(1);

    private Pause(At at, String text, @Nullable Long first) {
      this.at = at;
      this.text = text;
      this.first = first;
    }

    /** Waits until a statement is there. */
    public Pause awaitReached() {
      if (!await(reached)) {
        throw new AssertionError("no statement with \"" + text + "\" came by");
      }
      return this;
    }

    /** Whether a statement is there. */
    public boolean reached() {
      return reached.getCount() == 0;
    }

    /** Lets it go on; or nothing is held up any more, if it never came. */
    @Override
    public void close() {
      pauses.remove(this);
      released.countDown();
    }

    /** The same, before its test's block ends. */
    public void goOn() {
      close();
    }

    private boolean takes(At where, Bound bound) {
      return at == where
          && bound.sql.contains(text)
          && (first == null || bound.isFirst(first))
          && taken.compareAndSet(false, true);
    }

    // What a test forgets to release ends with it.
    private void hold() {
      reached.countDown();
      boolean unused = await(released);
    }

    private static boolean await(CountDownLatch latch) {
      try {
        return latch.await(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException(e);
      }
    }
  }

  @Override
  public void close() {
    pauses.forEach(Pause::close);
    try {
      listener.close();
      for (Socket socket : sockets) {
        socket.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Link link = new Link(listener.accept(), new Socket(host, port));
        sockets.add(link.client);
        sockets.add(link.server);
        Thread.ofVirtual().start(link::passRequests);
        Thread.ofVirtual().start(link::passAnswers);
      } catch (IOException e) {
        // Closed, or the server is away: the client sees its connection end.
      }
    }
  }

  private @Nullable Pause pauseOf(At at, Bound bound) {
    return pauses.stream().filter(pause -> pause.takes(at, bound)).findFirst().orElse(null);
  }

  /**
   * A statement and its parameters.
   *
   * @param message from behind the names: the formats of the parameters, and they themselves
   */
  private record Bound(String sql, ByteBuffer message) {
    static final Bound NOTHING = new Bound("", ByteBuffer.allocate(2 * Short.BYTES));

    boolean isFirst(long number) {
      ByteBuffer rest = message.duplicate();
      int formats = rest.getShort();
      rest.position(rest.position() + formats * Short.BYTES);
      if (rest.getShort() == 0) {
        return false;
      }
      byte[] value = new byte[Math.max(0, rest.getInt())];
      rest.get(value);
      // The driver sends a number as it is, or, where that saves it a round trip, as text.
      return Arrays.equals(value, ByteBuffer.allocate(Long.BYTES).putLong(number).array())
          || new String(value, StandardCharsets.UTF_8).equals(Long.toString(number));
    }
  }

  /** One connection. */
  private final class Link {
    private final Socket client;
    private final Socket server;
    private final Map<String, String> statements = new HashMap<>();
    private volatile @Nullable Pause answers;
    private Bound bound = Bound.NOTHING;

    Link(Socket client, Socket server) {
      this.client = client;
      this.server = server;
    }

    void passRequests() {
      try (client;
          server) {
        DataInputStream in =
            new DataInputStream(new BufferedInputStream(client.getInputStream(), 1 << 16));
        DataOutputStream out =
            new DataOutputStream(new BufferedOutputStream(server.getOutputStream(), 1 << 16));
        passStart(in, out);
        while (true) {
          int type = in.read();
          if (type < 0) {
            return;
          }
          byte[] content = in.readNBytes(in.readInt() - Integer.BYTES);
          hold((char) type, content, out);
          out.writeByte(type);
          write(content, out);
          if (in.available() == 0) {
            out.flush();
          }
        }
      } catch (IOException e) {
        // One side is gone, so both are closed.
        return;
      } finally {
        forget();
      }
    }

    // Requests for encryption, which the server turns down, come before the protocol's version.
    private void passStart(DataInputStream in, DataOutputStream out) throws IOException {
      int code;
      do {
        byte[] content = in.readNBytes(in.readInt() - Integer.BYTES);
        write(content, out);
        out.flush();
        code = new DataInputStream(new java.io.ByteArrayInputStream(content)).readInt();
      } while (code != PROTOCOL_3);
    }

    private void hold(char type, byte[] content, OutputStream out) throws IOException {
      switch (type) {
        case 'P' -> statements.put(text(content, 0), text(content, next(content, 0)));
        case 'B' -> {
          int name = next(content, 0);
          int end = next(content, name);
          bound =
              new Bound(
                  statements.getOrDefault(text(content, name), ""),
                  ByteBuffer.wrap(content, end, content.length - end));
          hold(At.BEFORE, out);
        }
        case 'E' -> {
          hold(At.BOUND, out);
          answers = pauseOf(At.ANSWERED, bound);
        }
        default -> {
          // Says nothing about statements.
        }
      }
    }

    // All before it is sent, so that the server gets exactly so far.
    private void hold(At at, OutputStream out) throws IOException {
      Pause pause = pauseOf(at, bound);
      if (pause != null) {
        out.flush();
        pause.hold();
      }
    }

    void passAnswers() {
      try (client;
          server) {
        InputStream in = server.getInputStream();
        OutputStream out = client.getOutputStream();
        byte[] bytes = new byte[1 << 16];
        for (int n = in.read(bytes); n >= 0; n = in.read(bytes)) {
          Pause pause = answers;
          if (pause != null) {
            answers = null;
            pause.hold();
          }
          out.write(bytes, 0, n);
        }
      } catch (IOException e) {
        return;
      } finally {
        forget();
      }
    }

    private void forget() {
      sockets.remove(client);
      sockets.remove(server);
    }

    private static void write(byte[] content, DataOutputStream out) throws IOException {
      out.writeInt(content.length + Integer.BYTES);
      out.write(content);
    }

    private static int next(byte[] content, int from) {
      int end = from;
      while (content[end] != 0) {
        end++;
      }
      return end + 1;
    }

    private static String text(byte[] content, int from) {
      return new String(content, from, next(content, from) - 1 - from, StandardCharsets.UTF_8);
    }
  }
}
