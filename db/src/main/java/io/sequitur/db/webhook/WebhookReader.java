package io.sequitur.db.webhook;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sequitur.db.cache.InvalidationStore;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/**
 * Reads all that an attempt uses of a webhook, in one statement, with the version of exactly that.
 */
@Singleton
public final class WebhookReader {
  /**
   * For a row {@code w} of webhook: the versions of the webhook, its headers, its key-values and
   * its signing keys, one by one, so it changes with every committed change of any of them, and
   * needs no step 2 for that. An expired signing key counts as removed. What no trigger on those
   * rows sees (TRUNCATE, a changed table) raises what stands before them.
   */
  public static final String VERSION =
      """
      concat_ws(':', %s, w.version,
        (select string_agg(h.version || '.' || coalesce(k.version, 0), ',' order by h.ordinal)
         from webhook_header h left join key_value k on k.id = h.key_value_id where h.webhook_uid = w.uid),
        (select string_agg(g.version::text, ',' order by g.id) from signing_key g
         where g.webhook_uid = w.uid and (g.expires_at is null or g.expires_at > now())))\
      """
          .formatted(InvalidationStore.EVERYTHING);

  private static final String READ =
      """
      select w.*, %s as version_now from cached.webhook w where w.uid = :uid
      """
          .formatted(VERSION);

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Jdbi jdbi;

  WebhookReader(Jdbi jdbi) {
    this.jdbi = jdbi;
  }

  /**
   * A header as it is stored. {@code kind} is null for a value of its own, else the key-value's:
   * static, environment, secret.
   */
  public record StoredHeader(
      String name,
      @Nullable String kind,
      @Nullable String keyValue,
      @Nullable String text,
      @Nullable String secret) {}

  /** What an attempt uses, still encrypted. Signing keys stand newest first. */
  public record StoredWebhook(
      long uid,
      String tenant,
      String name,
      String url,
      boolean skipExhausted,
      String retry,
      long timeoutMs,
      String version,
      List<StoredHeader> headers,
      List<byte[]> signingKeys,
      @Nullable String certificateAuthority) {}

  public Optional<StoredWebhook> read(long uid) {
    return jdbi.withHandle(handle ->
        handle
            .createQuery(READ)
            .bind("uid", uid)
            .map((rs, ctx) ->
                new StoredWebhook(
                    rs.getLong("uid"),
                    rs.getString("tenant"),
                    rs.getString("name"),
                    rs.getString("url"),
                    rs.getString("on_exhausted").equals("skip"),
                    rs.getString("retry"),
                    rs.getLong("timeout_ms"),
                    rs.getString("version_now"),
                    headers(rs.getString("headers")),
                    keys(rs.getString("keys")),
                    rs.getString("certificate_authority")))
            .findOne());
  }

  private static List<StoredHeader> headers(@Nullable String json) {
    List<StoredHeader> headers = new ArrayList<>();
    for (JsonNode node : array(json)) {
      String kind = text(node, "kind");
      String secret = text(node, "secret");
      headers.add(
          new StoredHeader(
              node.get("name").textValue(),
              kind,
              text(node, "keyValue"),
              kind == null ? text(node, "value") : text(node, "text"),
              secret));
    }
    return headers;
  }

  private static List<byte[]> keys(@Nullable String json) {
    List<byte[]> keys = new ArrayList<>();
    for (JsonNode node : array(json)) {
      keys.add(Base64.getMimeDecoder().decode(node.textValue()));
    }
    return keys;
  }

  private static @Nullable String text(JsonNode node, String field) {
    JsonNode value = node.get(field);
    return value == null ? null : value.textValue();
  }

  private static JsonNode array(@Nullable String json) {
    try {
      return json == null ? JSON.createArrayNode() : JSON.readTree(json);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("the database returned broken JSON", e);
    }
  }
}
