package io.sequitur.api.cli.send;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.sequitur.api.cli.send.Batch.Line;
import io.sequitur.api.cli.text.CliException;
import io.sequitur.api.cli.text.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads batches from a stream with one CloudEvent a line, no more than one batch ahead. Whether a
 * line is a good event is for the server to say; here it only has to be one JSON object, since a
 * batch is framed from them.
 */
final class EventFile {
  static final int LARGEST_BATCH = 100;

  /** In characters; keeps a batch of large events well under what a server reads in one request. */
  private static final int LARGEST_BODY = 1 << 20;

  private final String name;
  private final BufferedReader reader;
  private int number;
  private @Nullable Line ahead;

  /**
   * A reader of the stream, which it does not close.
   *
   * @param name for messages
   */
  EventFile(String name, InputStream stream) {
    this.name = name;
    // A decoder of its own: the shorter way would replace broken characters without a word.
    this.reader =
        new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8.newDecoder()));
  }

  /** The next batch, or null at the end. */
  @Nullable Batch next() {
    List<Line> lines = new ArrayList<>();
    int size = 0;
    Line line = ahead == null ? read() : ahead;
    ahead = null;
    while (line != null) {
      size += line.text().length();
      if (!lines.isEmpty() && size > LARGEST_BODY) {
        ahead = line;
        break;
      }
      lines.add(line);
      if (lines.size() == LARGEST_BATCH) {
        break;
      }
      line = read();
    }
    return lines.isEmpty() ? null : new Batch(lines);
  }

  private @Nullable Line read() {
    try {
      String text = reader.readLine();
      while (text != null) {
        number++;
        String event = (number == 1 ? withoutByteOrderMark(text) : text).strip();
        if (!event.isEmpty()) {
          requireObject(event);
          return new Line(number, event);
        }
        text = reader.readLine();
      }
      return null;
    } catch (CharacterCodingException e) {
      throw new CliException("%s is not UTF-8 near line %d".formatted(name, number + 1), e);
    } catch (IOException e) {
      throw new CliException(
          "cannot read %s after line %d: %s".formatted(name, number, e.getMessage()), e);
    }
  }

  private void requireObject(String event) {
    try {
      if (Json.parse(event).isObject()) {
        return;
      }
    } catch (JsonProcessingException e) {
      throw new CliException(place() + " is not JSON: " + e.getOriginalMessage(), e);
    }
    throw new CliException(place() + " is not a JSON object; the file has one CloudEvent a line");
  }

  private String place() {
    return "line %d of %s".formatted(number, name);
  }

  private static String withoutByteOrderMark(String text) {
    return text.startsWith("\uFEFF") ? text.substring(1) : text;
  }
}
