package io.sequitur.api.order;

/**
 * A request as the receiver wrote it down before it answered.
 *
 * @param sequence {@code sequitur-sequence}: the event's number within its key
 * @param round what the publisher counted within the key; it awaits each acknowledgement
 * @param accepted whether the answer was 200
 */
record Arrival(
    String webhook, String key, long sequence, String event, int round, boolean accepted) {
  /** Where it belongs. */
  Lane lane() {
    return new Lane(webhook, key);
  }

  /** A webhook's events of one key. */
  record Lane(String webhook, String key) {}
}
