package io.sequitur.workflows.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/**
 * JSON as RFC 8259 has it and I-JSON narrows it: UTF-8 without BOM, no duplicate keys, no lone
 * surrogates, nothing after the value; also no NUL and no deeper than asked.
 */
public final class StrictJson {
  /** How deep arrays and objects may nest in what comes from outside. */
  public static final int MAX_DEPTH = 64;

  private static final int MAX_NUMBER_LENGTH = 1 << 20;
  private static final int MAX_TREE_BYTES = 1 << 20;

  private static final JsonFactory[] FACTORIES = {
    factory(MAX_DEPTH - 1), factory(MAX_DEPTH), factory(MAX_DEPTH + 1)
  };
  private static final ObjectReader TREES = new JsonMapper().reader();

  private StrictJson() {}

  /**
   * A parser that stands before the first token; its byte offsets are indexes into {@code json}.
   *
   * @param depth {@link #MAX_DEPTH}, or one more or less for a document that is wrapped
   * @throws MalformedJson if the bytes are not strict text
   */
  public static JsonParser parser(byte[] json, int depth) throws IOException {
    String problem = StrictText.problem(json);
    if (problem != null) {
      throw new MalformedJson(new Problem("", "The JSON " + problem + "."));
    }
    return FACTORIES[depth - MAX_DEPTH + 1].createParser(json);
  }

  /** Demands that nothing but white space follows. */
  public static void requireEnd(JsonParser parser) throws IOException {
    if (parser.nextToken() != null) {
      throw new MalformedJson(
          new Problem("", "Something follows after the JSON value, " + place(parser) + "."));
    }
  }

  /**
   * The whole document as a tree, for definitions: at most 1 MiB.
   *
   * @throws MalformedJson if it is not strict JSON
   */
  public static JsonNode tree(byte[] json) {
    if (json.length > MAX_TREE_BYTES) {
      throw new MalformedJson(new Problem("", "The body is larger than 1 MiB."));
    }
    return parse(
        json,
        MAX_DEPTH,
        parser -> {
          if (parser.nextToken() == null) {
            throw new MalformedJson(new Problem("", "There is no JSON: the body is empty."));
          }
          return TREES.readTree(parser);
        });
  }

  /** What is done with a parser while it is open. */
  public interface Reading<T extends @Nullable Object> {
    T read(JsonParser parser) throws IOException;
  }

  /**
   * Runs {@code reading} over the whole document.
   *
   * @throws MalformedJson if it is not strict JSON or {@code reading} left something unread
   */
  public static <T extends @Nullable Object> T parse(byte[] json, int depth, Reading<T> reading) {
    try (JsonParser parser = parser(json, depth)) {
      try {
        T result = reading.read(parser);
        requireEnd(parser);
        return result;
      } catch (IOException e) {
        throw new MalformedJson(explain(e, parser, depth));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("reading from memory", e);
    }
  }

  private static Problem explain(IOException e, JsonParser parser, int depth) {
    String pointer = parser.getParsingContext().pathAsPointer().toString();
    return new Problem(pointer, reason(e, parser, depth));
  }

  // Jackson's messages name Java classes, settings and pieces of the input, so they are not passed
  // on.
  private static String reason(IOException e, JsonParser parser, int depth) {
    String message = String.valueOf(e.getMessage());
    if (e instanceof JsonEOFException) {
      return "The JSON ends before it is complete.";
    }
    if (e instanceof StreamConstraintsException) {
      return message.contains("nesting depth")
          ? "The JSON is nested deeper than " + depth + " levels."
          : "The JSON has a name or a number that is too long, " + place(parser) + ".";
    }
    if (message.startsWith("Duplicate field")) {
      return "A key stands twice in one object, " + place(parser) + ".";
    }
    return "Not valid JSON, " + place(parser) + ".";
  }

  private static String place(JsonParser parser) {
    var location = parser.currentLocation();
    return "at line " + location.getLineNr() + ", column " + location.getColumnNr();
  }

  private static JsonFactory factory(int depth) {
    return JsonFactory.builder()
        .streamReadConstraints(
            StreamReadConstraints.builder()
                .maxNestingDepth(depth)
                // Events keep numbers as text, so length costs nothing; trees have no use for such.
                .maxNumberLength(MAX_NUMBER_LENGTH)
                .build())
        .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
        // Names come from outside: interning them would fill the JVM's table for good.
        .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
        // Thread-local buffers would be made anew for each virtual thread.
        .recyclerPool(JsonRecyclerPools.newConcurrentDequePool())
        .build();
  }

  /** What a token is called in a sentence for users. */
  public static String nameOf(@Nullable JsonToken token) {
    if (token == null) {
      return "nothing";
    }
    return switch (token) {
      case START_OBJECT, END_OBJECT -> "an object";
      case START_ARRAY, END_ARRAY -> "a list";
      case VALUE_STRING, FIELD_NAME -> "a string";
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> "a number";
      case VALUE_TRUE, VALUE_FALSE -> "a boolean";
      case VALUE_NULL -> "null";
      case VALUE_EMBEDDED_OBJECT, NOT_AVAILABLE -> "something else";
    };
  }
}
