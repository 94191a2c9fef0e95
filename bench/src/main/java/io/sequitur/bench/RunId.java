package io.sequitur.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.HexFormat;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Names the events of one run so that a delivery tells by itself which event it is: {@code
 * bench-RUN-STEP-SEQUENCE}, all of fixed width.
 */
final class RunId {
  private static final int STEP_DIGITS = 3;
  static final int SEQUENCE_DIGITS = 9;

  private final String prefix;
  private final byte[] marker;

  private RunId(String run) {
    this.prefix = "bench-" + run + "-";
    this.marker = prefix.getBytes(US_ASCII);
  }

  static RunId random(RandomGenerator random) {
    return new RunId(HexFormat.of().toHexDigits(random.nextInt()));
  }

  /** The part that all events of a step share; the sequence number follows it. */
  String stepPrefix(int step) {
    return prefix + padded(step, STEP_DIGITS) + "-";
  }

  String eventId(int step, int sequence) {
    return stepPrefix(step) + padded(sequence, SEQUENCE_DIGITS);
  }

  /** Finds an event of this run in a delivery's body, however its JSON is laid out. */
  @Nullable Found find(byte[] bytes, int offset, int length) {
    int size = marker.length + STEP_DIGITS + 1 + SEQUENCE_DIGITS;
    for (int i = offset; i + size <= offset + length; i++) {
      if (matches(bytes, i)) {
        int step = number(bytes, i + marker.length, STEP_DIGITS);
        int sequence = number(bytes, i + marker.length + STEP_DIGITS + 1, SEQUENCE_DIGITS);
        return step < 0 || sequence < 0 ? null : new Found(step, sequence);
      }
    }
    return null;
  }

  private boolean matches(byte[] bytes, int at) {
    for (int i = 0; i < marker.length; i++) {
      if (bytes[at + i] != marker[i]) {
        return false;
      }
    }
    return true;
  }

  private static int number(byte[] bytes, int at, int digits) {
    int value = 0;
    for (int i = at; i < at + digits; i++) {
      if (bytes[i] < '0' || bytes[i] > '9') {
        return -1;
      }
      value = value * 10 + bytes[i] - '0';
    }
    return value;
  }

  private static String padded(int value, int digits) {
    return "0".repeat(digits - Integer.toString(value).length()) + value;
  }

  /** An event of this run, by the step that sent it and its number within the step. */
  record Found(int step, int sequence) {}
}
