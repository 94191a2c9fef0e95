package io.sequitur.api.platform;

import java.io.IOException;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** Decides what goes wrong; the same for the same seed, though not at the same moments. */
final class Weather {
  private static final int LATE_MS = 250;

  private final Random random;
  private final Map<Fault, Integer> struck = new ConcurrentHashMap<>();
  private volatile boolean calm;

  Weather(long seed) {
    this.random = new Random(seed);
  }

  /** In which nothing goes wrong. */
  static Weather fine() {
    Weather weather = new Weather(0);
    weather.calm();
    return weather;
  }

  /** What can go wrong, and how often of a hundred times. */
  enum Fault {
    /** The network takes its time, so that others overtake. */
    LATE(20),
    /** A notice is not answered 2xx. */
    NOTICE_LOST(4),
    /** A notice is answered 2xx, and nothing follows. */
    NOTICE_IGNORED(6),
    NOTICE_DOUBLED(10),
    PULL_LOST(4),
    PULL_ANSWER_LOST(4),
    PULL_DOUBLED(8),
    ACK_LOST(5),
    ACK_ANSWER_LOST(5),
    ACK_DOUBLED(10),
    ACK_WITHOUT_ID(8),
    /** It says that it has what it does not have. */
    ACK_OF_ANOTHER_HASH(5),
    /** It refuses a set. */
    REJECTION(2),
    /** The process ends, and starts again. */
    CRASH(3),
    /** It loses its data and starts again. */
    LOSS(2),
    /** It loses its data and does not know. */
    SILENT_LOSS(2);

    private final int percent;

    Fault(int percent) {
      this.percent = percent;
    }
  }

  boolean strikes(Fault fault) {
    boolean strikes = !calm && random.nextInt(100) < fault.percent;
    if (strikes) {
      struck.merge(fault, 1, Integer::sum);
    }
    return strikes;
  }

  /** Loses what is on its way. */
  void lose(Fault fault) throws IOException {
    if (strikes(fault)) {
      throw new IOException(fault.name());
    }
  }

  /** The time that something is on its way. */
  void travel() throws InterruptedException {
    if (strikes(Fault.LATE)) {
      TimeUnit.MILLISECONDS.sleep(random.nextInt(LATE_MS));
    }
  }

  /** From now on nothing goes wrong. */
  void calm() {
    calm = true;
  }

  boolean isCalm() {
    return calm;
  }

  /** How often what went wrong. */
  @Override
  public String toString() {
    return struck.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .map(entry -> entry.getKey() + " " + entry.getValue())
        .collect(Collectors.joining(", "));
  }
}
