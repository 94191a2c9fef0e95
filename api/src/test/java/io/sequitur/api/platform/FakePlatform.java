package io.sequitur.api.platform;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.sequitur.api.platform.FaultyApi.Traffic;
import io.sequitur.api.platform.Weather.Fault;
import io.sequitur.client.Follower;
import io.sequitur.client.Notice;
import io.sequitur.client.NoticeVerifier;
import io.sequitur.client.SyncApi;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * A platform made of the client that we give away, in bad weather: its network loses, delays and
 * repeats, its process ends at any moment and starts again, and its disk forgets.
 */
final class FakePlatform implements AutoCloseable {
  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final SyncApi sequitur;
  private final Weather weather;
  private final Evidence evidence;
  private final Disk disk;
  private final Traffic traffic = new Traffic();
  private final Gate arrivals = new Gate();
  private volatile NoticeVerifier verifier =
      new NoticeVerifier("whsec_bm90IHRvbGQgeWV0", Clock.systemUTC());
  private volatile Running running;

  FakePlatform(SyncApi sequitur, Path file, Weather weather, Evidence evidence) {
    this.sequitur = sequitur;
    this.weather = weather;
    this.evidence = evidence;
    this.disk = new Disk(file, evidence);
    this.running = new Running(new Life());
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 100);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.createContext("/", this::handle);
    server.setExecutor(threads);
    server.start();
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/notify";
  }

  /** With which notices are signed; whatever is not is answered 401. */
  void secret(String secret) {
    verifier = new NoticeVerifier(secret, Clock.systemUTC());
  }

  Disk disk() {
    return disk;
  }

  /** Through which a notice goes before it is answered. */
  Gate arrivals() {
    return arrivals;
  }

  Traffic traffic() {
    return traffic;
  }

  /** A process of the platform. */
  private final class Running {
    private final Life life;
    private final Follower follower;

    Running(Life life) {
      this.life = life;
      this.follower =
          new Follower(
              new FaultyApi(sequitur, weather, evidence, life, traffic), disk.of(life, weather));
    }
  }

  /** A step of the client. */
  private interface Step {
    void of(Follower follower) throws IOException, InterruptedException;
  }

  /** Ends the process, and starts another. */
  void restart() {
    running.life.end();
    running = new Running(new Life());
    start(running, Follower::catchUp, true);
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] body = exchange.getRequestBody().readAllBytes();
      if (!verifier.accepts(
          header(exchange, "webhook-id"),
          header(exchange, "webhook-timestamp"),
          header(exchange, "webhook-signature"),
          body)) {
        exchange.sendResponseHeaders(401, -1);
        return;
      }
      Notice notice = Notice.parse(body);
      evidence.noticed(notice.generation());
      if (weather.strikes(Fault.NOTICE_LOST)) {
        exchange.sendResponseHeaders(500, -1);
        return;
      }
      // It has arrived, whatever becomes of the answer.
      take(notice);
      answer(exchange);
    }
  }

  private void answer(HttpExchange exchange) throws IOException {
    try {
      arrivals.pass();
      exchange.sendResponseHeaders(204, -1);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static String header(HttpExchange exchange, String name) {
    return String.valueOf(exchange.getRequestHeaders().getFirst(name));
  }

  private void take(Notice notice) throws IOException {
    if (!weather.strikes(Fault.NOTICE_IGNORED)) {
      start(running, follower -> follower.answer(notice), weather.isCalm());
    }
    if (weather.strikes(Fault.NOTICE_DOUBLED)) {
      start(running, follower -> follower.answer(notice), false);
    }
    if (weather.strikes(Fault.SILENT_LOSS)) {
      disk.lose();
    }
    if (weather.strikes(Fault.LOSS)) {
      disk.lose();
      restart();
    }
  }

  private void start(Running process, Step step, boolean untilItSucceeds) {
    var unused =
        threads.submit(() -> {
          boolean again = untilItSucceeds;
          do {
            again &= !succeeds(process, step);
          } while (again);
          return null;
        });
  }

  private boolean succeeds(Running process, Step step) throws InterruptedException {
    try {
      weather.travel();
      step.of(process.follower);
      return true;
    } catch (Crash e) {
      if (running == process) {
        restart();
      }
      return true;
    } catch (IOException e) {
      TimeUnit.MILLISECONDS.sleep(100);
      return false;
    }
  }

  @Override
  public void close() {
    running.life.end();
    threads.shutdownNow();
    server.stop(0);
  }
}
