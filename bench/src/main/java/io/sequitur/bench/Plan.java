package io.sequitur.bench;

import java.time.Duration;

/**
 * How to load the server, whatever the rate.
 *
 * @param length of the measured load
 * @param warmUp length of the load before it, of which nothing is reported
 * @param drain how long to wait after a load for what is missing
 * @param settle how long to watch after the last delivery for repeats and for the server's own
 *     book-keeping
 * @param idle how long to watch the server with nothing to do
 * @param receiverLatency before each answer of the receiver
 * @param fanOut webhooks for each event
 * @param connections of the generator
 * @param size of an event in bytes
 * @param keys partition keys that take turns; 0 for none
 * @param ordered whether the webhooks are
 * @param batch events that are published together
 * @param bystanders webhooks in the catalogue that get none of the events
 * @param hanging webhooks besides that get each event and whose receiver never answers
 */
record Plan(
    Duration length,
    Duration warmUp,
    Duration drain,
    Duration settle,
    Duration idle,
    Duration receiverLatency,
    int fanOut,
    int connections,
    int size,
    int keys,
    boolean ordered,
    int batch,
    int bystanders,
    int hanging) {

  /** Each takes four bytes of the ledger. */
  private static final int MAX_DELIVERIES = 10_000_000;

  Plan {
    require(!length.isNegative() && !length.isZero(), "--seconds must be at least 1");
    require(!warmUp.isNegative(), "--warm-up must not be negative");
    require(fanOut >= 1 && fanOut <= 1000, "--fan-out must be between 1 and 1000");
    require(connections >= 1 && connections <= 1000, "--connections must be between 1 and 1000");
    require(
        size >= EventTemplate.MIN_SIZE && size <= 262_144,
        "--size must be between 256 B and 256 KiB, the most that the server takes");
    require(
        keys >= 0 && keys <= EventTemplate.MAX_KEYS,
        "--keys must be between 0 and " + EventTemplate.MAX_KEYS);
    require(batch >= 1 && batch <= 1000, "--batch must be between 1 and 1000, the server's most");
    require(bystanders >= 0 && bystanders <= 100_000, "--bystanders must be between 0 and 100000");
    require(hanging >= 0 && hanging <= 100, "--hanging must be between 0 and 100");
  }

  /** The highest rate whose deliveries the ledger can hold. */
  int maxRate() {
    long seconds = Math.max(1, Math.max(length.toSeconds(), warmUp.toSeconds()));
    return (int) Math.min(100_000, MAX_DELIVERIES / (seconds * fanOut));
  }

  void checkRate(int rate) {
    require(
        rate >= 1 && rate <= maxRate(),
        "--rate must be between 1 and " + maxRate() + " for this length and fan-out, not " + rate);
  }

  private static void require(boolean condition, String message) {
    if (!condition) {
      throw new IllegalArgumentException(message);
    }
  }
}
