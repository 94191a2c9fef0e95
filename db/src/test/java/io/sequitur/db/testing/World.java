package io.sequitur.db.testing;

import io.sequitur.db.Ids;
import io.sequitur.db.delivery.AttemptRow;
import io.sequitur.db.delivery.Claim;
import io.sequitur.db.delivery.DeliveryStores;
import io.sequitur.db.event.EventStores;
import io.sequitur.db.event.NewEvent;
import io.sequitur.db.event.RoutePlan;
import io.sequitur.db.event.RoutePlan.Target;
import io.sequitur.db.event.RoutePlanner;
import io.sequitur.db.event.Routed;
import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A database with the stores on it: events go in, are routed, claimed and recorded by hand. */
public final class World implements AutoCloseable {
  private static final int ALL = 10_000;

  public final TestDatabase db = TestDatabase.create();
  public final EventStores event = EventStores.of(db.jdbi());
  public final DeliveryStores delivery = DeliveryStores.of(db.jdbi());

  /** The process that routes and claims, unless a test says otherwise. */
  public final UUID me = UUID.randomUUID();

  public static NewEvent newEvent(@Nullable String key) {
    UUID id = Ids.next(Clock.systemUTC());
    return new NewEvent(id, "default", "/test", id.toString(), "t", null, null, key, "{}");
  }

  /** A webhook's uid; {@code settings} as in {@code update … set}. */
  public long webhook(String name, String... settings) {
    long uid =
        db.value(
            Long.class,
            "insert into webhook (name, url) values (?, 'https://receiver.test/') returning uid",
            name);
    Arrays.stream(settings).forEach(setting -> set(uid, setting));
    takeChangesOffTheOutbox();
    return uid;
  }

  public void set(long webhook, String setting) {
    db.execute("update webhook set " + setting + " where uid = ?", webhook);
    takeChangesOffTheOutbox();
  }

  /** Changes of the catalogue are events, too; nobody is to route them. */
  public void takeChanges() {
    takeChangesOffTheOutbox();
  }

  // Making a webhook is an event, too; tests that use this count only what they send.
  private void takeChangesOffTheOutbox() {
    db.execute(
        "delete from outbox o using event e where e.id = o.event_id and e.type like 'sequitur.%'");
  }

  /** A change of what users declare, by hand; its event is none of the test's. */
  public void change(String sql, Object... parameters) {
    db.execute(sql, parameters);
    forgetWhatTheCatalogueSaid();
  }

  /** As if no change of the catalogue had ever been an event. */
  public void forgetWhatTheCatalogueSaid() {
    db.execute(
        "with said as (delete from event where type like 'sequitur.%' returning id), "
            + "known as (delete from dedupe d using said where d.event_id = said.id) "
            + "delete from outbox o using said where o.event_id = said.id");
  }

  public void state(long webhook, String setting) {
    db.execute(
        "insert into webhook_state (webhook_uid) values (?) on conflict do nothing", webhook);
    db.execute("update webhook_state set " + setting + " where webhook_uid = ?", webhook);
  }

  public UUID publish(@Nullable String key) {
    return event.events().append(List.of(newEvent(key))).getFirst().id();
  }

  /** Every event to these webhooks, attempted at once where that is allowed. */
  public static RoutePlanner to(long... webhooks) {
    List<Target> targets = Arrays.stream(webhooks).mapToObj(w -> new Target(w, true)).toList();
    return (events, version, load) ->
        events.stream().map(e -> new RoutePlan(e.id(), List.of(), targets)).toList();
  }

  public Routed route(long... webhooks) {
    return event.routing().routePending(ALL, me, to(webhooks)).orElseThrow();
  }

  /** Publishes one event of the key and routes it to the webhook. */
  public Routed send(@Nullable String key, long webhook) {
    UUID id = publish(key);
    return event.routing().route(List.of(id), me, to(webhook)).orElseThrow();
  }

  public Claim claimed(@Nullable String key, long webhook) {
    return send(key, webhook).claims().getFirst();
  }

  public static AttemptRow result(Claim claim, String next, @Nullable Instant nextAttemptAt) {
    boolean failed = !next.equals("delivered");
    return row(
        claim, failed ? 500 : 200, failed ? "HTTP_SERVER_ERROR" : null, "v1", next, nextAttemptAt);
  }

  /** As the recorder hears of an attempt that an operator ended before it was sent. */
  public static AttemptRow ended(Claim claim) {
    return row(claim, null, null, "", "cancelled", null);
  }

  private static AttemptRow row(
      Claim claim,
      @Nullable Integer status,
      @Nullable String failure,
      String configVersion,
      String next,
      @Nullable Instant nextAttemptAt) {
    return new AttemptRow(
        claim.eventId(),
        claim.webhookUid(),
        claim.number(),
        Instant.now(),
        status,
        failure,
        5,
        configVersion,
        "{}",
        null,
        null,
        next,
        nextAttemptAt,
        claim.laned() ? claim.keyId() : null,
        false,
        null,
        null,
        null,
        claim.limits().guarded(),
        claim.replay());
  }

  public String stateOf(Claim claim) {
    return stateOf(claim.eventId());
  }

  public String stateOf(UUID event) {
    return db.value(String.class, "select state from delivery where event_id = ?", event);
  }

  @Override
  public void close() {
    db.close();
  }
}
