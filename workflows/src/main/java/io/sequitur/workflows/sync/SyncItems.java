package io.sequitur.workflows.sync;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.sequitur.workflows.catalogue.TriggerAction;
import io.sequitur.workflows.json.CanonicalJson;
import io.sequitur.workflows.text.Durations;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.UUID;

/**
 * The set of a target: each trigger with its actions and the webhooks that it feeds, by name. What
 * must not be shown of a webhook is in it only as a digest, so that a change of it changes the set.
 * Whoever reads the same catalogue gets the same bytes.
 *
 * @param names of the triggers, sorted
 * @param items in that order, each in canonical form
 * @param hash SHA-256, in hex, of the canonical form of all of them as an array
 */
public record SyncItems(List<String> names, List<String> items, String hash) {
  private static final int DIGEST_DIGITS = 32;

  public SyncItems {
    names = List.copyOf(names);
    items = List.copyOf(items);
  }

  /**
   * Makes the set.
   *
   * @param triggers rows of {@code cached.sync_trigger}
   * @param webhooks rows of {@code cached.sync_webhook}
   * @param salt of the target, so that a digest cannot be compared with anything
   */
  public static SyncItems of(JsonNode triggers, JsonNode webhooks, UUID salt) {
    Map<String, ObjectNode> shown = new HashMap<>();
    for (JsonNode webhook : webhooks) {
      shown.put(webhook.path("name").asText(), webhook(webhook, salt));
    }
    List<JsonNode> sorted = new ArrayList<>();
    triggers.forEach(sorted::add);
    sorted.sort(Comparator.comparing(trigger -> trigger.path("name").asText()));
    List<String> names = sorted.stream().map(trigger -> trigger.path("name").asText()).toList();
    List<String> items =
        sorted.stream().map(trigger -> CanonicalJson.of(doubles(trigger(trigger, shown)))).toList();
    return new SyncItems(names, items, sha256(array(items)));
  }

  /** Items as one JSON array: what the hash is of, if they are all. */
  public static String array(List<String> items) {
    return "[" + String.join(",", items) + "]";
  }

  private static ObjectNode trigger(JsonNode row, Map<String, ObjectNode> webhooks) {
    ObjectNode item = object().put("name", row.path("name").asText());
    text(item, "description", row);
    ObjectNode on = item.putObject("on");
    TreeSet<String> events = texts(row.path("events"));
    on.set("events", list(events));
    text(on, "filter", row);
    if (row.hasNonNull("condition")) {
      item.set("condition", row.path("condition"));
    }
    TreeSet<String> fed = texts(row.path("deliver"));
    ArrayNode actions = item.putArray("actions");
    if (!fed.isEmpty()) {
      actions.addObject().set(TriggerAction.Deliver.KIND, list(fed));
    }
    for (JsonNode action : row.path("actions")) {
      if (!action.has(TriggerAction.Deliver.KIND)) {
        actions.add(action);
      }
    }
    ArrayNode feeds = item.putArray("webhooks");
    fed.stream().filter(webhooks::containsKey).forEach(name -> feeds.add(webhooks.get(name)));
    return item;
  }

  private static ObjectNode webhook(JsonNode row, UUID salt) {
    ObjectNode webhook = object().put("name", row.path("name").asText());
    text(webhook, "url", row);
    webhook
        .put("active", row.path("active").asBoolean())
        .put("ordered", row.path("ordered").asBoolean())
        .put("onExhausted", row.path("on_exhausted").asText())
        .put("retry", row.path("retry").asText())
        .put("timeout", duration(row.path("timeout_ms")))
        .put("maxConcurrency", row.path("max_concurrency").asInt());
    if (row.hasNonNull("rate_count")) {
      webhook
          .putObject("rateLimit")
          .put("count", row.path("rate_count").asInt())
          .put("per", duration(row.path("rate_per_ms")));
    }
    ArrayNode headers = webhook.putArray("headers");
    for (JsonNode header : row.path("headers")) {
      ObjectNode one = headers.addObject().put("name", header.path("name").asText());
      text(one, "keyValue", header);
    }
    String hidden = salt + CanonicalJson.of(row.path("hidden"));
    return webhook.put("secretsVersion", sha256(hidden).substring(0, DIGEST_DIGITS));
  }

  // Others read numbers as doubles: one that is none keeps its digits as a string (RFC 8785, 3.1).
  private static JsonNode doubles(JsonNode node) {
    if (node.isObject()) {
      ObjectNode copy = object();
      node.properties().forEach(field -> copy.set(field.getKey(), doubles(field.getValue())));
      return copy;
    }
    if (node.isArray()) {
      ArrayNode copy = JsonNodeFactory.instance.arrayNode();
      node.forEach(element -> copy.add(doubles(element)));
      return copy;
    }
    if (!node.isNumber()) {
      return node;
    }
    BigDecimal number = node.decimalValue();
    return CanonicalJson.isExact(number) ? node : TextNode.valueOf(number.toString());
  }

  private static void text(ObjectNode to, String field, JsonNode row) {
    String text = row.path(field).asText("");
    if (row.hasNonNull(field) && !text.isEmpty()) {
      to.put(field, text);
    }
  }

  private static TreeSet<String> texts(JsonNode list) {
    TreeSet<String> texts = new TreeSet<>();
    list.forEach(text -> texts.add(text.asText()));
    return texts;
  }

  private static ArrayNode list(TreeSet<String> texts) {
    ArrayNode list = JsonNodeFactory.instance.arrayNode();
    texts.forEach(list::add);
    return list;
  }

  private static String duration(JsonNode millis) {
    return Durations.format(Duration.ofMillis(millis.asLong()));
  }

  private static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  private static String sha256(String text) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(digest.digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
