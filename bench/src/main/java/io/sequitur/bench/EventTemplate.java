package io.sequitur.bench;

import java.util.Random;

/**
 * The publish request of one step with blanks for the event's number and key: sending an event
 * costs a few bytes of patching, no JSON and no garbage. One per thread.
 */
final class EventTemplate {
  /** An envelope with an id and a key; smaller events cannot be made. */
  static final int MIN_SIZE = 256;

  private static final int KEY_DIGITS = 6;
  static final int MAX_KEYS = 1_000_000;
  private static final String ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789";
  private static final long FILL_SEED = 42;

  private final byte[] request;
  private final int sequenceAt;
  private final int keyAt;
  private final int keys;

  private EventTemplate(byte[] request, int sequenceAt, int keyAt, int keys) {
    this.request = request;
    this.sequenceAt = sequenceAt;
    this.keyAt = keyAt;
    this.keys = keys;
  }

  /**
   * @param size of the body in bytes
   * @param keys how many partition keys take turns; 0 for none
   */
  static EventTemplate of(Endpoint endpoint, RunId run, int step, int size, int keys) {
    String key = keys == 0 ? "" : "\"partitionkey\":\"key-" + "0".repeat(KEY_DIGITS) + "\",";
    String before =
        """
        {"specversion":"1.0","type":"bench.tick","source":"urn:sequitur:bench",%s"id":"%s",\
        "datacontenttype":"application/json","data":{"fill":"\
        """
            .formatted(key, run.eventId(step, 0));
    String after = "\"}}";
    String body = before + fill(size - before.length() - after.length()) + after;
    byte[] request = endpoint.request("POST", "/v1/events", "application/cloudevents+json", body);
    int bodyAt = request.length - body.length();
    String prefix = run.stepPrefix(step);
    int sequenceAt = bodyAt + body.indexOf(prefix) + prefix.length();
    int keyAt = bodyAt + body.indexOf("\"key-") + "\"key-".length();
    return new EventTemplate(request, sequenceAt, keyAt, keys);
  }

  EventTemplate copy() {
    return new EventTemplate(request.clone(), sequenceAt, keyAt, keys);
  }

  /** The request for one event; overwritten by the next call. */
  byte[] request(int sequence) {
    write(sequence, sequenceAt, RunId.SEQUENCE_DIGITS);
    if (keys > 0) {
      write(sequence % keys, keyAt, KEY_DIGITS);
    }
    return request;
  }

  private void write(int value, int at, int digits) {
    int rest = value;
    for (int i = at + digits - 1; i >= at; i--) {
      request[i] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
  }

  /** Text that does not compress to nothing, the same in every run. */
  private static String fill(int length) {
    Random random = new Random(FILL_SEED);
    char[] text = new char[Math.max(0, length)];
    for (int i = 0; i < text.length; i++) {
      text[i] = ALPHABET.charAt(random.nextInt(ALPHABET.length()));
    }
    return new String(text);
  }
}
