package io.sequitur.db.delivery;

import io.sequitur.db.Sql;
import jakarta.inject.Singleton;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Jdbi;

/**
 * Gives out the permits of rate limits, for all processes. A permit is a moment: those of one
 * webhook are {@code per / count} apart, whoever asked for them.
 */
@Singleton
public final class PermitStore {
  /** Permits are given out for moments no further away than this; whoever has one waits for it. */
  public static final Duration HORIZON = Duration.ofSeconds(1);

  // Index: rate_permit_pkey.
  private static final String TAKE =
      """
      select webhook_uid, granted, first_at, extract(epoch from ahead) * 1e9 as ahead, extract(epoch from spacing) * 1e9 as spacing
      from take_permits(cast(:asked as json), :horizon * interval '1 ms')
      """;

  private final Jdbi jdbi;

  PermitStore(Jdbi jdbi) {
    this.jdbi = jdbi;
  }

  /**
   * Some permits of one webhook.
   *
   * @param granted how many; may be 0
   * @param first the moment of the first of them, or if there are none, of the next one
   * @param ahead how far away that is
   * @param spacing between two of them
   */
  public record Permits(
      long webhook, int granted, Instant first, Duration ahead, Duration spacing) {}

  private record Asked(long webhookUid, int wanted) {}

  /**
   * Takes permits; webhooks without a limit have no answer.
   *
   * @param wanted how many, by webhook
   */
  public List<Permits> take(Map<Long, Integer> wanted) {
    List<Asked> asked =
        wanted.entrySet().stream().map(e -> new Asked(e.getKey(), e.getValue())).toList();
    return jdbi.withHandle(handle ->
        handle
            .createQuery(TAKE)
            .bind("asked", Sql.rows(asked))
            .bind("horizon", HORIZON.toMillis())
            .map((rs, ctx) -> permits(rs))
            .list());
  }

  private static Permits permits(ResultSet rs) throws SQLException {
    return new Permits(
        rs.getLong("webhook_uid"),
        rs.getInt("granted"),
        Sql.time(rs, "first_at"),
        Duration.ofNanos(rs.getLong("ahead")),
        Duration.ofNanos(rs.getLong("spacing")));
  }
}
