package io.sequitur.api.platform;

import io.sequitur.api.platform.Weather.Fault;
import io.sequitur.client.Acknowledgement;
import io.sequitur.client.SyncApi;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The way from a platform to the server and back, on which requests and answers are lost, late and
 * doubled. What is on its way arrives even if its sender has ended.
 */
final class FaultyApi implements SyncApi {
  private final SyncApi server;
  private final Weather weather;
  private final Evidence evidence;
  private final Life life;
  private final Traffic traffic;

  /**
   * What went over it.
   *
   * @param lies acknowledgements of another hash
   */
  record Traffic(AtomicInteger pulls, AtomicInteger acks, AtomicInteger lies) {
    Traffic() {
      this(new AtomicInteger(), new AtomicInteger(), new AtomicInteger());
    }
  }

  FaultyApi(SyncApi server, Weather weather, Evidence evidence, Life life, Traffic traffic) {
    this.server = server;
    this.weather = weather;
    this.evidence = evidence;
    this.life = life;
    this.traffic = traffic;
  }

  @Override
  public Pulled pull(@Nullable String hash) throws IOException, InterruptedException {
    weather.travel();
    life.check();
    weather.lose(Fault.PULL_LOST);
    Pulled answer = ask(hash);
    if (weather.strikes(Fault.PULL_DOUBLED)) {
      // The first answer arrives last.
      Pulled unused = ask(hash);
    }
    weather.lose(Fault.PULL_ANSWER_LOST);
    weather.travel();
    crash();
    return answer;
  }

  private Pulled ask(@Nullable String hash) throws IOException, InterruptedException {
    traffic.pulls.incrementAndGet();
    long asked = System.nanoTime();
    Pulled answer = server.pull(hash);
    if (answer instanceof Pulled.Full full) {
      evidence.pulled(
          new PulledSet(
              asked,
              System.nanoTime(),
              full.set().generation(),
              full.set().hash(),
              Content.of(full.set().items())));
    }
    return answer;
  }

  @Override
  public void acknowledge(Acknowledgement given) throws IOException, InterruptedException {
    weather.travel();
    crash();
    if (weather.strikes(Fault.ACK_OF_ANOTHER_HASH)) {
      lie(given);
    }
    Acknowledgement sent =
        weather.strikes(Fault.ACK_WITHOUT_ID)
            ? new Acknowledgement(given.generation(), given.hash(), null, given.rejection())
            : given;
    weather.lose(Fault.ACK_LOST);
    if (weather.strikes(Fault.ACK_DOUBLED)) {
      Thread.ofVirtual().start(() -> arriveLater(sent));
    }
    send(sent);
    weather.lose(Fault.ACK_ANSWER_LOST);
    crash();
  }

  private void send(Acknowledgement sent) throws IOException, InterruptedException {
    traffic.acks.incrementAndGet();
    server.acknowledge(sent);
  }

  private void arriveLater(Acknowledgement sent) {
    try {
      weather.travel();
      weather.travel();
      send(sent);
    } catch (IOException e) {
      // It was sent twice; nobody waits for this answer.
      return;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void lie(Acknowledgement given) throws IOException, InterruptedException {
    traffic.lies.incrementAndGet();
    String another = new StringBuilder(given.hash()).reverse().toString();
    try {
      send(new Acknowledgement(given.generation(), another, given.notificationId(), null));
    } catch (ConflictException e) {
      // As it must be, unless it was too late to mean anything.
      return;
    }
  }

  private void crash() {
    life.check();
    if (weather.strikes(Fault.CRASH)) {
      life.end();
      throw new Crash();
    }
  }
}
