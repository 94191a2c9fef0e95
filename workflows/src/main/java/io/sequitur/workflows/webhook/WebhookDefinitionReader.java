package io.sequitur.workflows.webhook;

import io.sequitur.workflows.catalogue.CatalogueName;
import io.sequitur.workflows.catalogue.DefinitionReader;
import io.sequitur.workflows.catalogue.Fields;
import io.sequitur.workflows.catalogue.TriggerDefinitionReader;
import io.sequitur.workflows.delivery.HeaderRules;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads {@link WebhookDefinition}s. */
public final class WebhookDefinitionReader extends DefinitionReader<WebhookDefinition> {
  private static final int MAX_URL = 2048;
  private static final int MAX_TEXT = 1024;
  private static final int MAX_HEADERS = 50;
  private static final int MAX_HEADER_NAME = 128;
  private static final int MAX_HEADER_VALUE = 4096;
  private static final int MAX_AUTHORITY = 32_768;
  private static final int MAX_CONCURRENCY = 100;
  private static final int MAX_RATE = 100_000;
  private static final Duration MIN_TIMEOUT = Duration.ofMillis(100);
  private static final Duration MAX_TIMEOUT = Duration.ofSeconds(30);

  private final WebhookChecks checks;

  public WebhookDefinitionReader(WebhookChecks checks) {
    super(
        "url",
        "description",
        "active",
        "events",
        "filter",
        "headers",
        "ordered",
        "onExhausted",
        "retry",
        "timeout",
        "maxConcurrency",
        "rateLimit",
        "signingSecret",
        "certificateAuthority");
    this.checks = checks;
  }

  @Override
  protected WebhookDefinition define(String name, Fields fields) {
    return new WebhookDefinition(
        name,
        fields.requiredText("url", MAX_URL, checks.url()),
        fields.lines("description", MAX_TEXT),
        fields.flag("active", true),
        TriggerDefinitionReader.patterns(fields),
        TriggerDefinitionReader.filter(fields),
        headers(fields),
        fields.flag("ordered", false),
        fields.choice("onExhausted", OnExhausted.BLOCK, OnExhausted.values()),
        fields.text("retry", MAX_TEXT, checks.retry()),
        fields.duration("timeout", WebhookDefinition.DEFAULT_TIMEOUT, MIN_TIMEOUT, MAX_TIMEOUT),
        fields.integer("maxConcurrency", WebhookDefinition.DEFAULT_CONCURRENCY, 1, MAX_CONCURRENCY),
        rateLimit(fields),
        fields.text("signingSecret", MAX_TEXT, checks.signingSecret()),
        fields.text("certificateAuthority", MAX_AUTHORITY, checks.certificateAuthority()));
  }

  private List<HeaderDefinition> headers(Fields fields) {
    List<HeaderDefinition> headers = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (Fields entry : fields.objects("headers", MAX_HEADERS, "name", "value", "keyValue")) {
      HeaderDefinition header = header(entry);
      if (!header.name().isEmpty() && !names.add(header.name().toLowerCase(Locale.ROOT))) {
        entry.problem("name", "Another header has this name; upper and lower case are the same.");
      }
      headers.add(header);
    }
    // What key-values add is known only when sending, and checked again there.
    int total =
        headers.stream()
            .mapToInt(header ->
                header.name().length() + (header.value() == null ? 0 : header.value().length()))
            .sum();
    HeaderRules.checkTotal(total).ifPresent(detail -> fields.problem("headers", detail));
    return headers;
  }

  private HeaderDefinition header(Fields fields) {
    if (fields.has("value") == fields.has("keyValue")) {
      fields.problem("A header has either `value` or `keyValue`.");
    }
    return new HeaderDefinition(
        fields.requiredText("name", MAX_HEADER_NAME, checks.headerName()),
        fields.text("value", MAX_HEADER_VALUE, checks.headerValue()),
        fields.text("keyValue", MAX_TEXT, CatalogueName::problem));
  }

  private static @Nullable RateLimit rateLimit(Fields fields) {
    Fields limit = fields.object("rateLimit", "count", "per");
    if (limit == null) {
      return null;
    }
    for (String field : new String[] {"count", "per"}) {
      if (!limit.has(field)) {
        limit.problem(field, "`" + field + "` is required.");
      }
    }
    return new RateLimit(
        limit.integer("count", 1, 1, MAX_RATE),
        limit.duration("per", Duration.ofSeconds(1), Duration.ofMillis(100), Duration.ofDays(1)));
  }
}
