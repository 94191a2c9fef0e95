package io.sequitur.db.webhook;

import static io.sequitur.db.Sql.intOrNull;
import static io.sequitur.db.Sql.texts;
import static io.sequitur.db.Sql.time;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sequitur.db.delivery.Trouble;
import io.sequitur.db.webhook.WebhookRow.Settings;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How {@link WebhookRow}s are selected and read. */
final class WebhookRows {
  /** Of a tenant; wants {@code :tenant}. */
  static final String SELECT =
      """
      select w.*, %s as config_version, %s,
        (select json_agg(json_build_object('name', h.name, 'value', h.value, 'keyValue', k.name) order by h.ordinal)
         from webhook_header h left join key_value k on k.id = h.key_value_id where h.webhook_uid = w.uid) as headers,
        array(select g.public_key from signing_key g where g.webhook_uid = w.uid and g.scheme = 'v1a'
              and (g.expires_at is null or g.expires_at > now()) order by g.id desc) as public_keys
      from webhook w left join webhook_state s on s.webhook_uid = w.uid
      where w.tenant = :tenant
      """
          .formatted(WebhookReader.VERSION, Trouble.COLUMNS);

  private static final ObjectMapper JSON = new ObjectMapper();

  private WebhookRows() {}

  static WebhookRow row(ResultSet rs) throws SQLException {
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
            intOrNull(rs, "rate_per_ms"),
            rs.getString("certificate_authority"));
    return new WebhookRow(
        settings,
        rs.getLong("uid"),
        rs.getString("config_version"),
        Trouble.of(rs),
        texts(rs, "public_keys"),
        time(rs, "created_at"),
        time(rs, "updated_at"));
  }

  private static List<WebhookRow.Header> headers(@Nullable String json) {
    try {
      return json == null ? List.of() : JSON.readValue(json, new TypeReference<>() {});
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("the database returned broken JSON", e);
    }
  }
}
