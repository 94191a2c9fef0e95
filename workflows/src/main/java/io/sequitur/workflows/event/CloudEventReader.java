package io.sequitur.workflows.event;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.sequitur.workflows.event.InvalidEvent.Kind;
import io.sequitur.workflows.json.MalformedJson;
import io.sequitur.workflows.json.Problem;
import io.sequitur.workflows.json.StrictJson;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads what is published over HTTP: CloudEvents 1.0 in structured, batch and binary mode, and
 * plain JSON. Every method throws {@link InvalidEvent} with all problems found. Thread-safe.
 */
public final class CloudEventReader {
  private final Supplier<String> ids;
  private final InstantSource clock;
  private final boolean ownTypes;

  /**
   * @param ids gives an event that came without an id one that is unique for ever
   */
  public CloudEventReader(Supplier<String> ids, InstantSource clock) {
    this(ids, clock, false);
  }

  private CloudEventReader(Supplier<String> ids, InstantSource clock, boolean ownTypes) {
    this.ids = ids;
    this.clock = clock;
    this.ownTypes = ownTypes;
  }

  /** One for events that are not published: they may also be of the engine's own types. */
  public CloudEventReader takingOwnTypes() {
    return new CloudEventReader(ids, clock, true);
  }

  /** {@code application/cloudevents+json}: nothing required may be missing. */
  public IncomingEvent structured(byte[] json) {
    return single(json, false);
  }

  /** {@code application/json}: {@code specversion}, {@code id} and {@code time} are filled in. */
  public IncomingEvent plain(byte[] json) {
    return single(json, true);
  }

  /** {@code application/cloudevents-batch+json}: all events, in order, or none. */
  public List<IncomingEvent> batch(byte[] json) {
    EventProblems problems = new EventProblems();
    List<IncomingEvent> events =
        parse(json, StrictJson.MAX_DEPTH + 1, parser -> batch(json, parser, problems));
    problems.throwIfAny();
    return List.copyOf(events);
  }

  /**
   * Binary mode: attributes in {@code ce-} headers, the data as the body.
   *
   * @param headers all of the request's; names in any case
   */
  public IncomingEvent binary(
      Iterable<? extends Map.Entry<String, List<String>>> headers,
      @Nullable String contentType,
      byte[] body) {
    requireSize(body);
    EventProblems problems = new EventProblems();
    EventBuilder builder = new EventBuilder("", problems, ownTypes);
    BinaryEvent event = new BinaryEvent(builder);
    event.headers(headers);
    event.data(contentType, body);
    return built(builder, problems);
  }

  private IncomingEvent single(byte[] json, boolean fillIn) {
    requireSize(json);
    EventProblems problems = new EventProblems();
    EventBuilder builder = new EventBuilder("", problems, ownTypes);
    parse(
        json,
        StrictJson.MAX_DEPTH,
        parser -> {
          requireObject(parser);
          new JsonEvent(json, parser, builder).read();
          return builder;
        });
    if (fillIn) {
      builder.fillIn(ids, clock);
    }
    return built(builder, problems);
  }

  private static IncomingEvent built(EventBuilder builder, EventProblems problems) {
    IncomingEvent event = builder.build();
    problems.throwIfAny();
    if (event == null) {
      throw new IllegalStateException("an event was refused without a reason");
    }
    return event;
  }

  private List<IncomingEvent> batch(byte[] json, JsonParser parser, EventProblems problems)
      throws IOException {
    if (parser.nextToken() != JsonToken.START_ARRAY) {
      throw refused(Kind.MALFORMED, "A batch is a JSON list of events.");
    }
    List<IncomingEvent> events = new ArrayList<>();
    for (int i = 0; parser.nextToken() != JsonToken.END_ARRAY; i++) {
      if (i == EventLimits.MAX_BATCH) {
        throw refused(
            Kind.TOO_LARGE,
            "A batch has at most " + EventLimits.MAX_BATCH + " events; send several.");
      }
      IncomingEvent event = element(json, parser, Problem.child("", i), problems);
      if (event != null) {
        events.add(event);
      }
    }
    return events;
  }

  private @Nullable IncomingEvent element(
      byte[] json, JsonParser parser, String at, EventProblems problems) throws IOException {
    if (parser.currentToken() != JsonToken.START_OBJECT) {
      problems.add(Kind.MALFORMED, at, "An event must be an object.");
      parser.skipChildren();
      return null;
    }
    long start = parser.currentTokenLocation().getByteOffset();
    EventBuilder builder = new EventBuilder(at, problems, ownTypes);
    new JsonEvent(json, parser, builder).read();
    long bytes = parser.currentLocation().getByteOffset() - start;
    if (bytes > EventLimits.MAX_EVENT_BYTES) {
      problems.add(Kind.TOO_LARGE, at, EventLimits.tooLarge(bytes));
    }
    return builder.build();
  }

  private static void requireObject(JsonParser parser) throws IOException {
    JsonToken token = parser.nextToken();
    if (token == JsonToken.START_ARRAY) {
      throw refused(
          Kind.MALFORMED,
          "This is a list; send several events as application/cloudevents-batch+json.");
    }
    if (token != JsonToken.START_OBJECT) {
      throw refused(
          Kind.MALFORMED, "An event must be an object, not " + StrictJson.nameOf(token) + ".");
    }
  }

  private static void requireSize(byte[] body) {
    if (body.length > EventLimits.MAX_EVENT_BYTES) {
      throw refused(Kind.TOO_LARGE, EventLimits.tooLarge(body.length));
    }
  }

  private static InvalidEvent refused(Kind kind, String detail) {
    return new InvalidEvent(kind, List.of(new Problem("", detail)));
  }

  private static <T> T parse(byte[] json, int depth, StrictJson.Reading<T> reading) {
    try {
      return StrictJson.parse(json, depth, reading);
    } catch (MalformedJson e) {
      throw new InvalidEvent(Kind.MALFORMED, List.of(e.problem()));
    }
  }
}
