package io.sequitur.activities.event;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.sequitur.activities.KeptEntries;
import io.sequitur.activities.Telemetry;
import io.sequitur.activities.Telemetry.Kept;
import io.sequitur.db.catalogue.EventTypeRow;
import io.sequitur.db.catalogue.EventTypeStore;
import io.sequitur.db.event.Appended.TypeName;
import io.sequitur.db.event.Judgement;
import io.sequitur.workflows.catalogue.OnInvalid;
import io.sequitur.workflows.json.Problem;
import io.sequitur.workflows.schema.DataSchema;
import io.sequitur.workflows.schema.InvalidSchema;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The declared event types that this process has met, each compiled once per version. What is known
 * here may be old: whoever acts on an answer compares its version in the statement that acts.
 */
@Singleton
public final class EventTypes implements KeptEntries {
  private static final Logger log = LoggerFactory.getLogger(EventTypes.class);
  private static final ObjectReader JSON = new JsonMapper().reader();
  private static final int MAX_TYPES = 10_000;
  private static final int MAX_PROBLEMS = 20;
  private static final int PROBLEMS_IN_A_REASON = 3;

  private final EventTypeStore store;
  private final Telemetry telemetry;
  private final Random random = new Random();
  private final Cache<TypeName, Known> known = Caffeine.newBuilder().maximumSize(MAX_TYPES).build();

  EventTypes(EventTypeStore store, Telemetry telemetry) {
    this.store = store;
    this.telemetry = telemetry;
  }

  /**
   * What a type says of an event.
   *
   * @param version of the type; null: it is not declared
   * @param problems of the data, with pointers into what was sent
   * @param unusable why its schema cannot be used; null if it can, or there is none
   */
  public record Answer(
      @Nullable Long version,
      String type,
      OnInvalid onInvalid,
      List<Problem> problems,
      @Nullable String unusable) {
    /** Whether who publishes the event is told so, and it is not stored. */
    public boolean refuses() {
      return onInvalid == OnInvalid.REJECT && !problems.isEmpty();
    }

    /** What is stored with the event; nobody is there any more who could be refused. */
    public Judgement judgement() {
      if (problems.isEmpty()) {
        return new Judgement(version, null, unusable);
      }
      String reason = reason();
      return onInvalid == OnInvalid.WARN
          ? new Judgement(version, null, reason)
          : new Judgement(version, reason, null);
    }

    private String reason() {
      String first =
          problems.stream()
              .limit(PROBLEMS_IN_A_REASON)
              .map(Problem::toString)
              .collect(Collectors.joining(" "));
      int more = problems.size() - PROBLEMS_IN_A_REASON;
      return "The data does not fit the event type %s. %s%s"
          .formatted(type, first, more > 0 ? " And " + more + " more." : "");
    }
  }

  /**
   * Asks the type as it was last seen; no statement.
   *
   * @param body the complete CloudEvent
   * @param at pointer of the event in what was sent
   */
  public Answer ask(String tenant, String type, String body, String at) {
    Known seen = known.getIfPresent(new TypeName(tenant, type));
    return seen == null
        ? new Answer(null, type, OnInvalid.REJECT, List.of(), null)
        : seen.answer(type, body, at);
  }

  /** Reads the type; gives its version, or null if it is not declared. */
  public @Nullable Long refresh(TypeName name) {
    return learn(name, store.find(name.tenant(), name.name())).map(Known::version).orElse(null);
  }

  /**
   * Asks the type at this version or a newer one.
   *
   * @param load reads it, if this process does not know that version
   */
  Judgement judge(TypeName name, String body, long version, Supplier<Optional<EventTypeRow>> load) {
    Known seen = known.getIfPresent(name);
    boolean hit = seen != null && seen.version() == version;
    telemetry.looked(Kept.EVENT_TYPE, hit ? 1 : 0, hit ? 0 : 1);
    Optional<Known> current = hit ? Optional.ofNullable(seen) : learn(name, load.get());
    return current
        .map(type -> type.answer(name.name(), body, "").judgement())
        .orElse(Judgement.FREE);
  }

  private Optional<Known> learn(TypeName name, Optional<EventTypeRow> row) {
    Known seen = known.getIfPresent(name);
    Optional<Known> learnt =
        row.map(
            type -> seen != null && seen.version() == type.version() ? seen : Known.compile(type));
    learnt.ifPresentOrElse(type -> known.put(name, type), () -> known.invalidate(name));
    return learnt;
  }

  /** Why the schema of a type cannot be used; empty if it can, or there is none. */
  public Optional<String> problem(EventTypeRow row) {
    return learn(new TypeName(row.tenant(), row.name()), Optional.of(row))
        .flatMap(type -> Optional.ofNullable(type.unusable()));
  }

  @Override
  public List<String> different(int sample) {
    List<TypeName> names = new ArrayList<>(known.asMap().keySet());
    Collections.shuffle(names, random);
    return known.getAllPresent(names.subList(0, Math.min(sample, names.size()))).entrySet().stream()
        .filter(kept -> isDifferent(kept.getKey(), kept.getValue()))
        .map(kept -> "event type " + kept.getKey().name())
        .toList();
  }

  private boolean isDifferent(TypeName name, Known kept) {
    return store
        .find(name.tenant(), name.name())
        .filter(now -> now.version() == kept.version() && !now.equals(kept.row))
        .isPresent();
  }

  private record Known(EventTypeRow row, @Nullable DataSchema schema, @Nullable String unusable) {
    long version() {
      return row.version();
    }

    // A schema that was written by hand past the API may be broken: events pass, with a warning.
    static Known compile(EventTypeRow row) {
      String schema = row.schema();
      if (schema == null) {
        return new Known(row, null, null);
      }
      try {
        DataSchema compiled = DataSchema.compile(JSON.readTree(schema));
        return new Known(row, compiled, null);
      } catch (InvalidSchema e) {
        return broken(row, e.problems().getFirst().toString());
      } catch (JsonProcessingException e) {
        return broken(row, "it is not JSON");
      }
    }

    private static Known broken(EventTypeRow row, String reason) {
      log.warn("event type {} of tenant {} is not checked: {}", row.name(), row.tenant(), reason);
      String problem = "The schema cannot be used, so the data is not checked: " + reason;
      return new Known(row, null, problem);
    }

    Answer answer(String type, String body, String at) {
      List<Problem> problems = schema == null ? List.of() : schema.check(body, at, MAX_PROBLEMS);
      return new Answer(version(), type, OnInvalid.of(row.onInvalid()), problems, unusable);
    }
  }
}
