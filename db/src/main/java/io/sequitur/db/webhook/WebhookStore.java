package io.sequitur.db.webhook;

import io.sequitur.db.Sql;
import io.sequitur.db.catalogue.PutOutcome;
import io.sequitur.db.webhook.WebhookRow.Settings;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.LongFunction;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/** Webhooks as users declare them. */
@Singleton
public final class WebhookStore {
  // However many webhooks: one statement each for them, their headers and their keys.
  private static final String UPSERT =
      """
      insert into webhook as w (tenant, name, url, description, active, events, filter, ordered, on_exhausted, retry, timeout_ms,
                                max_concurrency, rate_count, rate_per_ms, certificate_authority)
      select :tenant, x.* from json_to_recordset(cast(:rows as json)) as x(
        name text, url text, description text, active boolean, events text[], filter text, ordered boolean, on_exhausted text,
        retry text, timeout_ms integer, max_concurrency integer, rate_count integer, rate_per_ms integer,
        certificate_authority text)
      on conflict (tenant, name) do update set
        url = excluded.url, description = excluded.description, active = excluded.active, events = excluded.events,
        filter = excluded.filter, ordered = excluded.ordered, on_exhausted = excluded.on_exhausted, retry = excluded.retry,
        timeout_ms = excluded.timeout_ms, max_concurrency = excluded.max_concurrency, rate_count = excluded.rate_count,
        rate_per_ms = excluded.rate_per_ms, certificate_authority = excluded.certificate_authority
      returning name, uid
      """;

  private static final String INSERT_HEADERS =
      """
      insert into webhook_header (webhook_uid, ordinal, name, value, key_value_id)
      select x.webhook_uid, x.ordinal, x.name, x.value,
        (select id from key_value k where k.tenant = :tenant and k.name = x.key_value)
      from json_to_recordset(cast(:rows as json))
        as x(webhook_uid bigint, ordinal smallint, name text, value text, key_value text)
      """;

  private static final String INSERT_KEYS =
      """
      insert into signing_key (webhook_uid, secret) select x.webhook_uid, decode(x.secret, 'base64')
      from json_to_recordset(cast(:rows as json)) as x(webhook_uid bigint, secret text)
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
      LongFunction<byte[]> key = before.isEmpty() || newKey ? signingKey : null;
      return PutOutcome.of(
          before.map(WebhookRow::version),
          ifMatch,
          () -> write(handle, settings.tenant(), List.of(new Writing(settings, key))));
    });
  }

  /**
   * A webhook to be created or replaced.
   *
   * @param signingKey encrypts its signing key for its uid; null: it exists and keeps its keys
   */
  public record Writing(Settings settings, @Nullable LongFunction<byte[]> signingKey) {}

  /** The same for many, as part of a larger transaction, whatever stood there. */
  public void write(Handle handle, String tenant, List<Writing> webhooks) {
    if (webhooks.isEmpty()) {
      return;
    }
    Map<String, Long> uids = upsert(handle, tenant, webhooks);
    Long[] all = uids.values().toArray(Long[]::new);
    handle.execute("delete from webhook_header where webhook_uid = any(?)", (Object) all);
    List<HeaderRow> headers = new ArrayList<>();
    List<KeyRow> keys = new ArrayList<>();
    for (Writing webhook : webhooks) {
      long uid = Objects.requireNonNull(uids.get(webhook.settings.name()));
      int ordinal = 0;
      for (WebhookRow.Header header : webhook.settings.headers()) {
        headers.add(HeaderRow.of(uid, ordinal++, header));
      }
      if (webhook.signingKey != null) {
        byte[] sealed = webhook.signingKey.apply(uid);
        keys.add(new KeyRow(uid, Base64.getEncoder().encodeToString(sealed)));
      }
    }
    insertHeaders(handle, tenant, headers);
    replaceKeys(handle, keys);
  }

  private record HeaderRow(
      long webhookUid,
      int ordinal,
      String name,
      @Nullable String value,
      @Nullable String keyValue) {
    static HeaderRow of(long webhook, int ordinal, WebhookRow.Header header) {
      return new HeaderRow(webhook, ordinal, header.name(), header.value(), header.keyValue());
    }
  }

  private record KeyRow(long webhookUid, String secret) {}

  /** A webhook with its newest signing secret, still encrypted; null if that has expired. */
  @SuppressWarnings("ArrayRecordComponent") // carried from its row to the box that opens it
  public record Sealed(WebhookRow row, byte @Nullable [] signingKey) {}

  // Not the newest by limit: without statistics that walks through the keys of all webhooks.
  /** All of a tenant. */
  public List<Sealed> all(Handle handle, String tenant) {
    return handle
        .createQuery(
            """
            select x.*, (select (array_agg(g.secret order by g.id desc))[1] from signing_key g where g.webhook_uid = x.uid
                         and g.scheme = 'v1' and (g.expires_at is null or g.expires_at > now())) as signing_key
            from (%s) x
            """
                .formatted(WebhookRows.SELECT))
        .bind("tenant", tenant)
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
    return jdbi.withHandle(handle -> delete(handle, tenant, List.of(name)) > 0);
  }

  /** Those of these names that are there; gives how many. */
  public int delete(Handle handle, String tenant, Collection<String> names) {
    return handle.execute(
        "delete from webhook where tenant = ? and name = any(?)",
        tenant,
        names.toArray(String[]::new));
  }

  /**
   * Ends `disabled`, which is audited, and forgets failures; what waits goes out in rounds of 1, 2,
   * 4, … The uid, or empty when there is no such webhook.
   */
  public Optional<Long> enable(String tenant, String name, String actor) {
    return jdbi.withHandle(handle ->
        handle
            .createQuery(
                """
                with w as (select uid from webhook where tenant = :tenant and name = :name),
                audited as (
                  insert into audit_log (tenant, actor, action, webhook_uid)
                  select :tenant, :actor, 'webhook.enable', w.uid
                  from w join webhook_state s on s.webhook_uid = w.uid and s.status = 'disabled'),
                enabled as (
                  update webhook_state s
                  set status = 'ok', disabled_by = null, reason = null, since = null, failures = 0, failing_since = null,
                      slow_until = null, paused_until = null, breaker_given = 0, breaker_well = 0, breaker_failed = 0,
                      breaker_trips = 0, breaker_places = case when r.ramp then 1 else 0 end,
                      breaker = case when r.ramp then 'half-open' else 'closed' end,
                      breaker_since = case when r.ramp then now() end, breaker_moved_at = case when r.ramp then now() end
                  from w cross join lateral (
                    select o.status = 'disabled' or o.breaker <> 'closed' as ramp from webhook_state o
                    where o.webhook_uid = w.uid for update) r
                  where s.webhook_uid = w.uid)
                select uid from w\
                """)
            .bind("tenant", tenant)
            .bind("actor", actor)
            .bind("name", name)
            .mapTo(Long.class)
            .findOne());
  }

  private static Map<String, Long> upsert(Handle handle, String tenant, List<Writing> webhooks) {
    Map<String, Long> uids = new HashMap<>();
    handle
        .createQuery(UPSERT)
        .bind("tenant", tenant)
        .bind("rows", Sql.rows(webhooks.stream().map(Writing::settings).toList()))
        .map((rs, ctx) -> uids.put(rs.getString("name"), rs.getLong("uid")))
        .list();
    return uids;
  }

  private static void insertHeaders(Handle handle, String tenant, List<HeaderRow> headers) {
    if (!headers.isEmpty()) {
      handle
          .createUpdate(INSERT_HEADERS)
          .bind("tenant", tenant)
          .bind("rows", Sql.rows(headers))
          .execute();
    }
  }

  private static void replaceKeys(Handle handle, List<KeyRow> keys) {
    if (keys.isEmpty()) {
      return;
    }
    Long[] webhooks = keys.stream().map(KeyRow::webhookUid).toArray(Long[]::new);
    handle.execute(
        "delete from signing_key where webhook_uid = any(?) and scheme = 'v1'", (Object) webhooks);
    handle.createUpdate(INSERT_KEYS).bind("rows", Sql.rows(keys)).execute();
  }

  private static Optional<WebhookRow> find(
      Handle handle, String tenant, String name, boolean lock) {
    return handle
        .createQuery(WebhookRows.SELECT + " and w.name = :name" + (lock ? " for update of w" : ""))
        .bind("tenant", tenant)
        .bind("name", name)
        .map((rs, ctx) -> WebhookRows.row(rs))
        .findOne();
  }
}
