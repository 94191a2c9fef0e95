package io.sequitur.db.delivery;

import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/**
 * Shares the places of each webhook ({@code maxConcurrency}) out among processes, in blocks that
 * live as long as their holder says that it lives. All processes together never hold more than the
 * webhook has.
 */
@Singleton
public final class PlaceStore {
  /**
   * For so long a process may use its places after it last began to say that it lives, by its own
   * clock.
   */
  public static final Duration LIFE = Duration.ofSeconds(10);

  /** Others take them so much later: a statement may be under way for a while. */
  private static final Duration GRACE = Duration.ofSeconds(2);

  private static final String JOIN =
      """
      with lost as (delete from place where sender = :me)
      insert into sender (id, until) values (:me, now() + :life * interval '1 ms')
      on conflict (id) do update set until = excluded.until
      """;

  // The usual beat is this one statement.
  private static final String STAY =
      """
      with stays as (
        update sender set until = now() + :life * interval '1 ms' where id = :me and until > now() returning id
      )
      select exists (select from stays) as stays,
             (select count(*)::int from sender where until > now()) as senders,
             array(select p.webhook_uid from place p where p.sender = :me and p.wanted) as wanted
      """;

  // A statement of its own: the snapshot of the next one shows what the one before gave out.
  private static final String LOCK =
      "select pg_advisory_xact_lock(hashtext('sequitur.place'), cast(:webhook % 2147483647 as integer))";

  // At least a fair share, if that many are left: then nobody has to ask again soon. Index:
  // place_pkey, sender_pkey.
  private static final String TAKE =
      """
      with alive as materialized (
        select id from sender where until > now() - :grace * interval '1 ms'
      ), other as (
        select coalesce(sum(p.places), 0)::int as places from place p
        where p.webhook_uid = :webhook and p.sender <> :me and p.sender in (select id from alive)
      ), mine as (
        select coalesce(max(p.places), 0) as places from place p where p.webhook_uid = :webhook and p.sender = :me
      ), given as (
        select greatest(m.places, least(w.max_concurrency - o.places,
                 greatest(:wanted, w.max_concurrency / greatest(1, (select count(*)::int from alive))))) as places
        from webhook w, other o, mine m where w.uid = :webhook
      )
      insert into place as p (webhook_uid, sender, places) select :webhook, :me, g.places from given g where g.places > 0
      on conflict (webhook_uid, sender) do update set places = excluded.places
      returning p.places
      """;

  private static final String WANT =
      "update place set wanted = true where webhook_uid = :webhook and sender <> :me and not wanted";

  private static final String KEEP =
      "update place set places = :places, wanted = false where webhook_uid = :webhook and sender = :me";

  private static final String GIVE_BACK =
      "delete from place where webhook_uid = :webhook and sender = :me";

  private final Jdbi jdbi;

  PlaceStore(Jdbi jdbi) {
    this.jdbi = jdbi;
  }

  /**
   * What a living process hears.
   *
   * @param lapsed whether it has lost all its places, or never had any
   * @param senders how many processes live
   * @param wanted webhooks whose places others have asked for in vain
   */
  public record News(boolean lapsed, int senders, List<Long> wanted) {}

  /** A process lives. */
  public News live(UUID me) {
    return jdbi.withHandle(handle -> {
      News stays = news(handle, me);
      if (!stays.lapsed) {
        return stays;
      }
      handle.createUpdate(JOIN).bind("me", me).bind("life", LIFE.toMillis()).execute();
      News joined = news(handle, me);
      return new News(true, joined.senders, joined.wanted);
    });
  }

  /**
   * Takes places so that the process has as many as it wants, or as are left; returns how many it
   * has. Where they do not suffice the others are told.
   */
  public int take(UUID me, long webhook, int wanted) {
    return jdbi.inTransaction(handle -> {
      handle.createQuery(LOCK).bind("webhook", webhook).map((rs, ctx) -> true).list();
      int places =
          handle
              .createQuery(TAKE)
              .bind("webhook", webhook)
              .bind("me", me)
              .bind("wanted", wanted)
              .bind("grace", GRACE.toMillis())
              .mapTo(Integer.class)
              .findOne()
              .orElse(0);
      if (places < wanted) {
        handle.createUpdate(WANT).bind("webhook", webhook).bind("me", me).execute();
      }
      return places;
    });
  }

  /** Gives places back; the process keeps so many of each of these webhooks. */
  public void keep(UUID me, Map<Long, Integer> places) {
    jdbi.useHandle(handle ->
        places.forEach((webhook, kept) -> {
          if (kept == 0) {
            handle.createUpdate(GIVE_BACK).bind("webhook", webhook).bind("me", me).execute();
          } else {
            handle
                .createUpdate(KEEP)
                .bind("webhook", webhook)
                .bind("me", me)
                .bind("places", kept)
                .execute();
          }
        }));
  }

  /** A process ends, with nothing on the wire. */
  public void leave(UUID me) {
    jdbi.useHandle(handle -> {
      handle.execute("delete from place where sender = ?", me);
      handle.execute("delete from sender where id = ?", me);
    });
  }

  /** All places are free: for the one process of `dev`, whose predecessor is known to be dead. */
  public void releaseAll() {
    jdbi.useHandle(handle -> handle.execute("delete from place"));
  }

  private static News news(Handle handle, UUID me) {
    return handle
        .createQuery(STAY)
        .bind("me", me)
        .bind("life", LIFE.toMillis())
        .map((rs, ctx) ->
            new News(
                !rs.getBoolean("stays"),
                rs.getInt("senders"),
                List.of((Long[]) rs.getArray("wanted").getArray())))
        .one();
  }
}
