package io.sequitur.db.event;

import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Jdbi;

/** Events, taken in once per (tenant, source, id). */
@Singleton
public final class EventStore {
  /** PostgreSQL's word for no lock time-out. */
  private static final String FOR_EVER = "0";

  static final String AT_ONCE = "50ms";

  private final Jdbi jdbi;

  EventStore(Jdbi jdbi) {
    this.jdbi = jdbi;
  }

  /**
   * All or nothing, in one commit; the answers stand in the order of the events. The same event
   * again, id and all, is no duplicate of itself: a caller who does not know whether it was taken
   * may ask again. Nobody asks their types here: routing will.
   */
  public List<Accepted> append(List<NewEvent> events) {
    return switch (append(unasked(events), FOR_EVER)) {
      case Appended.Stored stored -> stored.accepted();
      case Appended.Stale stale -> throw new IllegalStateException("no type was asked: " + stale);
    };
  }

  /** The same for events whose types were asked; nothing is stored if one of them has changed. */
  public Appended appendJudged(List<JudgedEvent> events) {
    return append(events, FOR_EVER);
  }

  /**
   * The same, but nothing is stored if an open transaction holds one of the ids.
   *
   * @throws org.jdbi.v3.core.JdbiException then, too
   */
  public Appended appendAtOnce(List<JudgedEvent> events) {
    return append(events, AT_ONCE);
  }

  /** Which of these events are known already, by their places in the list. */
  public List<Integer> known(List<NewEvent> events) {
    UUID[] keys = events.stream().map(Intake::key).toArray(UUID[]::new);
    return jdbi.withHandle(handle ->
        handle
            .createQuery(
                """
                select place - 1 from unnest(:keys) with ordinality as u(k, place)
                where exists (select from dedupe where key = k) order by place
                """)
            .bind("keys", keys)
            .mapTo(Integer.class)
            .list());
  }

  static List<JudgedEvent> unasked(List<NewEvent> events) {
    return events.stream().map(event -> new JudgedEvent(event, null)).toList();
  }

  private Appended append(List<JudgedEvent> events, String patience) {
    return jdbi.withHandle(handle -> Intake.store(handle, events, patience));
  }

  public Optional<EventView> find(String tenant, UUID id) {
    return new EventReader(jdbi).find(tenant, id);
  }
}
