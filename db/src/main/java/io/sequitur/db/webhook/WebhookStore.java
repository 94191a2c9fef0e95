package io.sequitur.db.webhook;

import io.sequitur.db.catalogue.PutOutcome;
import io.sequitur.db.delivery.Lease;
import io.sequitur.db.webhook.WebhookRow.Settings;
import jakarta.inject.Singleton;
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
      write(handle, settings, before.isEmpty() || newKey ? signingKey : null);
      return before.isEmpty() ? PutOutcome.CREATED : PutOutcome.REPLACED;
    });
  }

  /**
   * The same as part of a larger transaction, whatever stood there.
   *
   * @param signingKey null: the webhook exists and keeps its keys
   */
  public void write(Handle handle, Settings settings, @Nullable LongFunction<byte[]> signingKey) {
    long uid = upsert(handle, settings);
    replaceHeaders(handle, uid, settings);
    if (signingKey != null) {
      handle.execute("delete from signing_key where webhook_uid = ?", uid);
      handle.execute(
          "insert into signing_key (webhook_uid, secret) values (?, ?)",
          uid,
          signingKey.apply(uid));
    }
  }

  /** A webhook with its newest signing key, still encrypted; null if that has expired. */
  @SuppressWarnings("ArrayRecordComponent") // carried from its row to the box that opens it
  public record Sealed(WebhookRow row, byte @Nullable [] signingKey) {}

  /** All of a tenant. */
  public List<Sealed> all(Handle handle, String tenant) {
    return handle
        .createQuery(
            """
            select x.*, (select g.secret from signing_key g where g.webhook_uid = x.uid
                         and (g.expires_at is null or g.expires_at > now()) order by g.id desc limit 1) as signing_key
            from (%s) x
            """
                .formatted(WebhookRows.SELECT))
        .bind("tenant", tenant)
        .bind("trouble", Lease.TROUBLE_AFTER_FAILURES)
        .map((rs, ctx) -> new Sealed(WebhookRows.row(rs), rs.getBytes("signing_key")))
        .list();
  }

  public Optional<WebhookRow> find(String tenant, String name) {
    return jdbi.withHandle(handle -> find(handle, tenant, name, false));
  }

  /** By name; {@code after} is the last name of the page before. */
  public List<WebhookRow> list(String tenant, String after, int limit) {
    return jdbi.withHandle(handle ->
        handle
            .createQuery(WebhookRows.SELECT + " and w.name > :after order by w.name limit :limit")
            .bind("tenant", tenant)
            .bind("after", after)
            .bind("limit", limit)
            .bind("trouble", Lease.TROUBLE_AFTER_FAILURES)
            .map((rs, ctx) -> WebhookRows.row(rs))
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
    return jdbi.withHandle(handle -> delete(handle, tenant, name));
  }

  public boolean delete(Handle handle, String tenant, String name) {
    return handle.execute("delete from webhook where tenant = ? and name = ?", tenant, name) > 0;
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
        .createQuery(WebhookRows.SELECT + " and w.name = :name" + (lock ? " for update of w" : ""))
        .bind("tenant", tenant)
        .bind("name", name)
        .bind("trouble", Lease.TROUBLE_AFTER_FAILURES)
        .map((rs, ctx) -> WebhookRows.row(rs))
        .findOne();
  }
}
