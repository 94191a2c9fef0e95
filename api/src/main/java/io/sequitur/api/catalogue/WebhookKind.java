package io.sequitur.api.catalogue;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sequitur.activities.webhook.SecretBox;
import io.sequitur.activities.webhook.SecretBox.Place;
import io.sequitur.api.catalogue.Declared.Entry;
import io.sequitur.api.catalogue.Declared.Section;
import io.sequitur.api.webhook.WebhookSettings;
import io.sequitur.db.webhook.WebhookRow.Header;
import io.sequitur.db.webhook.WebhookRow.Settings;
import io.sequitur.db.webhook.WebhookStore;
import io.sequitur.db.webhook.WebhookStore.Sealed;
import io.sequitur.workflows.delivery.SigningSecret;
import io.sequitur.workflows.json.Problem;
import io.sequitur.workflows.text.Durations;
import io.sequitur.workflows.webhook.WebhookDefinition;
import jakarta.inject.Singleton;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Webhooks. One that is new and brings no signing secret gets one. */
@Singleton
final class WebhookKind implements Kind<WebhookDefinition, Sealed> {
  private final WebhookStore store;
  private final SecretBox secrets;
  private final SecureRandom random = new SecureRandom();

  WebhookKind(WebhookStore store, SecretBox secrets) {
    this.store = store;
    this.secrets = secrets;
  }

  @Override
  public String word() {
    return "webhook";
  }

  @Override
  public String plural() {
    return "webhooks";
  }

  @Override
  public Section<WebhookDefinition> declared(Declared file) {
    return file.webhooks();
  }

  @Override
  public SortedMap<String, Sealed> standing(Handle handle, String tenant) {
    SortedMap<String, Sealed> standing = new TreeMap<>();
    store.all(handle, tenant).forEach(one -> standing.put(one.row().settings().name(), one));
    return standing;
  }

  @Override
  public void check(
      Entry<WebhookDefinition> entry, @Nullable Sealed standing, List<Problem> problems) {
    // Its reader has said everything.
  }

  @Override
  public List<String> differing(String tenant, WebhookDefinition declared, Sealed standing) {
    List<String> differing =
        new ArrayList<>(
            Shape.differing(
                shape(WebhookSettings.of(tenant, declared)), shape(standing.row().settings())));
    String given = declared.signingSecret();
    if (given != null && !SigningSecret.parse(given).equals(current(tenant, standing))) {
      differing.add("signingSecret");
    }
    return differing;
  }

  @Override
  public @Nullable String write(
      Handle handle, String tenant, WebhookDefinition declared, @Nullable Sealed standing) {
    String name = declared.name();
    return writeAll(handle, tenant, List.of(new Writing<>(name, declared, standing))).get(name);
  }

  @Override
  public Map<String, String> writeAll(
      Handle handle, String tenant, List<Writing<WebhookDefinition, Sealed>> changed) {
    Map<String, String> made = new LinkedHashMap<>();
    List<WebhookStore.Writing> rows = new ArrayList<>();
    for (Writing<WebhookDefinition, Sealed> one : changed) {
      WebhookDefinition declared = one.declared();
      Sealed standing = one.standing();
      String given = declared.signingSecret();
      SigningSecret secret =
          given == null ? SigningSecret.generate(random) : SigningSecret.parse(given);
      // A key that stays keeps its overlap with the one before it.
      boolean stays =
          standing != null && (given == null || secret.equals(current(tenant, standing)));
      rows.add(
          new WebhookStore.Writing(
              WebhookSettings.of(tenant, declared),
              stays
                  ? null
                  : uid -> secrets.seal(secret.reveal(), Place.ofSigningKey(tenant, uid))));
      if (standing == null && given == null) {
        made.put(one.name(), secret.reveal());
      }
    }
    store.write(handle, tenant, rows);
    return made;
  }

  @Override
  public void delete(Handle handle, String tenant, String name) {
    deleteAll(handle, tenant, List.of(name));
  }

  @Override
  public void deleteAll(Handle handle, String tenant, List<String> names) {
    int unused = store.delete(handle, tenant, names);
  }

  @Override
  public ObjectNode export(Sealed standing) {
    return shape(standing.row().settings());
  }

  private @Nullable SigningSecret current(String tenant, Sealed standing) {
    byte[] key = standing.signingKey();
    try {
      return key == null
          ? null
          : SigningSecret.parse(
              secrets.unseal(key, Place.ofSigningKey(tenant, standing.row().uid())));
    } catch (GeneralSecurityException e) {
      // Nobody can read it any more; the file's secret mends that.
      return null;
    }
  }

  private static ObjectNode shape(Settings s) {
    return new Shape()
        .text("name", s.name())
        .text("url", s.url())
        .text("description", s.description())
        .flag("active", s.active())
        .texts("events", s.events())
        .text("filter", s.filter())
        .value("headers", headers(s.headers()))
        .flag("ordered", s.ordered())
        .text("onExhausted", s.onExhausted())
        .text("retry", s.retry())
        .text("timeout", Durations.format(Duration.ofMillis(s.timeoutMs())))
        .number("maxConcurrency", s.maxConcurrency())
        .value("rateLimit", rateLimit(s))
        .text("certificateAuthority", s.certificateAuthority())
        .json();
  }

  private static ArrayNode headers(List<Header> headers) {
    ArrayNode list = Shape.array();
    for (Header header : headers) {
      // An empty value is a value.
      ObjectNode one = Shape.object().put("name", header.name());
      list.add(
          header.keyValue() == null
              ? one.put("value", header.value())
              : one.put("keyValue", header.keyValue()));
    }
    return list;
  }

  private static @Nullable ObjectNode rateLimit(Settings s) {
    Integer count = s.rateCount();
    Integer per = s.ratePerMs();
    return count == null || per == null
        ? null
        : Shape.object().put("count", count).put("per", Durations.format(Duration.ofMillis(per)));
  }
}
