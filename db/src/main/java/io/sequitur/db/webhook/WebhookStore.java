package io.sequitur.db.webhook;

import static io.sequitur.db.Sql.instant;
import static io.sequitur.db.Sql.intOrNull;
import static io.sequitur.db.Sql.texts;
import static io.sequitur.db.Sql.time;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sequitur.db.catalogue.PutOutcome;
import io.sequitur.db.delivery.Lease;
import io.sequitur.db.webhook.WebhookRow.Settings;
import jakarta.inject.Singleton;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.function.LongFunction;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/** Webhooks as users declare them. */
@Singleton
public final class WebhookStore {
  private static final String UPSERT =
      """
      insert into webhook as w (tenant, name, url, description, active, events, filter, ordered, on_exhausted, retry, timeout_ms,
                                max_concurrency, rate_count, rate_per_ms)
      values (:tenant, :name, :url, :description, :active, :events, :filter, :ordered, :onExhausted, :retry, :timeoutMs,
              :maxConcurrency, :rateCount, :ratePerMs)
      on conflict (tenant, name) do update set
        url = excluded.url, description = excluded.description, active = excluded.active, events = excluded.events,
        filter = excluded.filter, ordered = excluded.ordered, on_exhausted = excluded.on_exhausted, retry = excluded.retry,
        timeout_ms = excluded.timeout_ms, max_concurrency = excluded.max_concurrency, rate_count = excluded.rate_count,
        rate_per_ms = excluded.rate_per_ms
      returning uid
      """;

  private static final String INSERT_HEADER =
      """
      insert into webhook_header (webhook_uid, ordinal, name, value, key_value_id)
      values (:webhook, :ordinal, :name, :value, (select id from key_value where tenant = :tenant and name = :keyValue))
      """;

  private static final String SELECT =
      """
      select w.*, %s as config_version, coalesce(s.status, 'ok') as status, s.reason, s.since,
        s.failures >= :trouble or s.slow_until > now() as troubled,
        (select json_agg(json_build_object('name', h.name, 'value', h.value, 'keyValue', k.name) order by h.ordinal)
         from webhook_header h left join key_value k on k.id = h.key_value_id where h.webhook_uid = w.uid) as headers
      from webhook w left join webhook_state s on s.webhook_uid = w.uid
      where w.tenant = :tenant
      """
          .formatted(WebhookReader.VERSION);

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Jdbi jdbi;

  WebhookStore(Jdbi jdbi) {
    this.jdbi = jdbi;
  }

  /**
   * Creates or replaces, in one transaction. Key-values that headers name must exist.
   *
   * @param ifMatch the version the caller knows; null when he does not care
   * @param signingKey encrypts the signing key for the webhook's uid; asked for when the webhook is
   *     new, or when {@code newKey}
   */
  public PutOutcome put(
      Settings settings,
      @Nullable String ifMatch,
      boolean newKey,
      LongFunction<byte[]> signingKey) {
    return jdbi.inTransaction(handle -> {
      Optional<WebhookRow> before = find(handle, settings.tenant(), settings.name(), true);
      if (ifMatch != null && before.filter(row -> row.version().equals(ifMatch)).isEmpty()) {
        return PutOutcome.STALE;
      }
      long uid = upsert(handle, settings);
      replaceHeaders(handle, uid, settings);
      if (before.isEmpty() || newKey) {
        handle.execute("delete from signing_key where webhook_uid = ?", uid);
        handle.execute(
            "insert into signing_key (webhook_uid, secret) values (?, ?)",
            uid,
            signingKey.apply(uid));
      }
      return before.isEmpty() ? PutOutcome.CREATED : PutOutcome.REPLACED;
    });
  }

  public Optional<WebhookRow> find(String tenant, String name) {
    return jdbi.withHandle(handle -> find(handle, tenant, name, false));
  }

  /** By name; {@code after} is the last name of the page before. */
  public List<WebhookRow> list(String tenant, String after, int limit) {
    return jdbi.withHandle(handle ->
        handle
            .createQuery(SELECT + " and w.name > :after order by w.name limit :limit")
            .bind("tenant", tenant)
            .bind("after", after)
            .bind("limit", limit)
            .bind("trouble", Lease.TROUBLE_AFTER_FAILURES)
            .map((rs, ctx) -> row(rs))
            .list());
  }

  /** The triggers that name this webhook: while there are any, it cannot be deleted. */
  public List<String> users(String tenant, String name) {
    return jdbi.withHandle(handle ->
        handle
            .createQuery(
                """
                select d.trigger from trigger_delivery d join webhook w on w.uid = d.webhook_uid
                where w.tenant = :tenant and w.name = :name order by d.trigger\
                """)
            .bind("tenant", tenant)
            .bind("name", name)
            .mapTo(String.class)
            .list());
  }

  /**
   * False when there is none. What waits for it is cancelled by the sweep, or by whoever holds its
   * claim.
   */
  public boolean delete(String tenant, String name) {
    return jdbi.withHandle(handle ->
        handle.execute("delete from webhook where tenant = ? and name = ?", tenant, name) > 0);
  }

  /** Ends `disabled` and forgets failures; the uid, or empty when there is no such webhook. */
  public Optional<Long> enable(String tenant, String name) {
    return jdbi.withHandle(handle ->
        handle
            .createQuery(
                """
                with w as (select uid from webhook where tenant = :tenant and name = :name),
                enabled as (
                  update webhook_state s set status = 'ok', reason = null, since = null, failures = 0, slow_until = null
                  from w where s.webhook_uid = w.uid)
                select uid from w\
                """)
            .bind("tenant", tenant)
            .bind("name", name)
            .mapTo(Long.class)
            .findOne());
  }

  private static long upsert(Handle handle, Settings s) {
    return handle
        .createQuery(UPSERT)
        .bind("tenant", s.tenant())
        .bind("name", s.name())
        .bind("url", s.url())
        .bind("description", s.description())
        .bind("active", s.active())
        .bind("events", s.events() == null ? null : s.events().toArray(String[]::new))
        .bind("filter", s.filter())
        .bind("ordered", s.ordered())
        .bind("onExhausted", s.onExhausted())
        .bind("retry", s.retry())
        .bind("timeoutMs", s.timeoutMs())
        .bind("maxConcurrency", s.maxConcurrency())
        .bind("rateCount", s.rateCount())
        .bind("ratePerMs", s.ratePerMs())
        .mapTo(Long.class)
        .one();
  }

  private static void replaceHeaders(Handle handle, long uid, Settings settings) {
    handle.execute("delete from webhook_header where webhook_uid = ?", uid);
    if (settings.headers().isEmpty()) {
      return;
    }
    var batch = handle.prepareBatch(INSERT_HEADER);
    int ordinal = 0;
    for (WebhookRow.Header header : settings.headers()) {
      batch
          .bind("webhook", uid)
          .bind("ordinal", ordinal++)
          .bind("tenant", settings.tenant())
          .bind("name", header.name())
          .bind("value", header.value())
          .bind("keyValue", header.keyValue())
          .add();
    }
    batch.execute();
  }

  private static Optional<WebhookRow> find(
      Handle handle, String tenant, String name, boolean lock) {
    return handle
        .createQuery(SELECT + " and w.name = :name" + (lock ? " for update of w" : ""))
        .bind("tenant", tenant)
        .bind("name", name)
        .bind("trouble", Lease.TROUBLE_AFTER_FAILURES)
        .map((rs, ctx) -> row(rs))
        .findOne();
  }

  private static WebhookRow row(ResultSet rs) throws SQLException {
    Settings settings =
        new Settings(
            rs.getString("tenant"),
            rs.getString("name"),
            rs.getString("url"),
            rs.getString("description"),
            rs.getBoolean("active"),
            rs.getArray("events") == null ? null : texts(rs, "events"),
            rs.getString("filter"),
            headers(rs.getString("headers")),
            rs.getBoolean("ordered"),
            rs.getString("on_exhausted"),
            rs.getString("retry"),
            rs.getInt("timeout_ms"),
            rs.getInt("max_concurrency"),
            intOrNull(rs, "rate_count"),
            intOrNull(rs, "rate_per_ms"));
    return new WebhookRow(
        settings,
        rs.getLong("uid"),
        rs.getString("config_version"),
        state(rs),
        time(rs, "created_at"),
        time(rs, "updated_at"));
  }

  private static WebhookRow.State state(ResultSet rs) throws SQLException {
    String status = rs.getString("status");
    boolean troubled = status.equals("ok") && rs.getBoolean("troubled");
    return new WebhookRow.State(
        troubled ? "troubled" : status,
        troubled ? "its last attempts failed or were slow" : rs.getString("reason"),
        instant(rs, "since"));
  }

  private static List<WebhookRow.Header> headers(@Nullable String json) {
    try {
      return json == null ? List.of() : JSON.readValue(json, new TypeReference<>() {});
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("the database returned broken JSON", e);
    }
  }
}
