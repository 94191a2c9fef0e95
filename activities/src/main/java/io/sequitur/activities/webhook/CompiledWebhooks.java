package io.sequitur.activities.webhook;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.sequitur.activities.KeptEntries;
import io.sequitur.activities.Telemetry;
import io.sequitur.activities.Telemetry.Kept;
import io.sequitur.db.webhook.WebhookReader;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/**
 * Webhooks ready to be called, kept between attempts. An entry is served only for the very version
 * that the strict check just saw; otherwise it is read anew, after that check, so what an attempt
 * uses is never older than its start.
 */
@Singleton
public final class CompiledWebhooks implements KeptEntries {
  private static final int ENTRIES = 20_000;

  private final Cache<Long, CompiledWebhook> entries =
      Caffeine.newBuilder().maximumSize(ENTRIES).build();
  private final Random random = new Random();
  private final WebhookReader reader;
  private final WebhookCompiler compiler;
  private final Telemetry telemetry;

  CompiledWebhooks(WebhookReader reader, WebhookCompiler compiler, Telemetry telemetry) {
    this.reader = reader;
    this.compiler = compiler;
    this.telemetry = telemetry;
  }

  /** Empty when the webhook was deleted meanwhile. */
  public Optional<CompiledWebhook> get(long uid, String version) {
    CompiledWebhook cached = entries.getIfPresent(uid);
    if (cached != null && cached.version().equals(version)) {
      telemetry.looked(Kept.WEBHOOK, 1, 0);
      return Optional.of(cached);
    }
    telemetry.looked(Kept.WEBHOOK, 0, 1);
    Optional<CompiledWebhook> compiled = read(uid);
    compiled.ifPresent(webhook -> entries.put(uid, webhook));
    return compiled;
  }

  /** As its rows say now; nothing is kept. */
  public Optional<CompiledWebhook> read(long uid) {
    return reader.read(uid).map(compiler::compile);
  }

  @Override
  public List<String> different(int sample) {
    List<Long> uids = new ArrayList<>(entries.asMap().keySet());
    Collections.shuffle(uids, random);
    return entries.getAllPresent(uids.subList(0, Math.min(sample, uids.size()))).entrySet().stream()
        .filter(kept -> isDifferent(kept.getKey(), kept.getValue()))
        .map(kept -> "webhook " + kept.getValue().name())
        .toList();
  }

  private boolean isDifferent(long uid, CompiledWebhook kept) {
    return read(uid)
        .filter(now -> now.version().equals(kept.version()) && !now.equals(kept))
        .isPresent();
  }

  /** Frees everything. */
  public void dropAll() {
    entries.invalidateAll();
  }

  /** Frees what is known to be out of date; correctness rests on the versions alone. */
  public void drop(Collection<Long> uids) {
    entries.invalidateAll(uids);
  }
}
