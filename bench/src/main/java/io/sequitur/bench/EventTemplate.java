package io.sequitur.bench;

import java.util.Collections;
import java.util.Random;
import java.util.regex.Pattern;

/**
 * The publish request of one step with blanks for the numbers and keys of its events: sending them
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
  private final int[] sequencesAt;
  private final int[] keysAt;
  private final int keys;
  private final String idPrefix;
  private final String fill;

  private EventTemplate(
      byte[] request, int[] sequencesAt, int[] keysAt, int keys, String idPrefix, String fill) {
    this.request = request;
    this.sequencesAt = sequencesAt;
    this.keysAt = keysAt;
    this.keys = keys;
    this.idPrefix = idPrefix;
    this.fill = fill;
  }

  /**
   * @param size of an event in bytes
   * @param keys how many partition keys take turns; 0 for none
   * @param batch events in one request
   */
  static EventTemplate of(Endpoint endpoint, RunId run, int step, int size, int keys, int batch) {
    String key = keys == 0 ? "" : "\"partitionkey\":\"key-" + "0".repeat(KEY_DIGITS) + "\",";
    String before =
        """
        {"specversion":"1.0","type":"bench.tick","source":"urn:sequitur:bench",%s"id":"%s",\
        "datacontenttype":"application/json","data":{"fill":"\
        """
            .formatted(key, run.eventId(step, 0));
    String after = "\"}}";
    String fill = fill(size - before.length() - after.length());
    String event = before + fill + after;
    String body =
        batch == 1 ? event : "[" + String.join(",", Collections.nCopies(batch, event)) + "]";
    String type = batch == 1 ? "cloudevents" : "cloudevents-batch";
    byte[] request = endpoint.request("POST", "/v1/events", "application/" + type + "+json", body);
    int bodyAt = request.length - body.length();
    return new EventTemplate(
        request,
        behindEach(run.stepPrefix(step), body, bodyAt),
        behindEach("\"key-", body, bodyAt),
        keys,
        run.stepPrefix(step),
        fill);
  }

  private static int[] behindEach(String text, String body, int offset) {
    return Pattern.compile(text, Pattern.LITERAL)
        .matcher(body)
        .results()
        .mapToInt(match -> offset + match.end())
        .toArray();
  }

  EventTemplate copy() {
    return new EventTemplate(request.clone(), sequencesAt, keysAt, keys, idPrefix, fill);
  }

  /** How many partition keys take turns; 0 for none. */
  int keys() {
    return keys;
  }

  /** An event's id is this and its number, in {@link RunId#SEQUENCE_DIGITS} digits. */
  String idPrefix() {
    return idPrefix;
  }

  /** What makes an event as long as it should be. */
  String fill() {
    return fill;
  }

  /** The request for the events from this one on; overwritten by the next call. */
  byte[] request(int first) {
    for (int i = 0; i < sequencesAt.length; i++) {
      write(first + i, sequencesAt[i], RunId.SEQUENCE_DIGITS);
      if (keys > 0) {
        write((first + i) % keys, keysAt[i], KEY_DIGITS);
      }
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
