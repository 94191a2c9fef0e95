package io.sequitur.activities.webhook;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.sequitur.db.webhook.WebhookReader;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/**
 * Webhooks ready to be called, kept between attempts. An entry is served only for the very version
 * that the strict check just saw; otherwise it is read anew, after that check, so what an attempt
 * uses is never older than its start.
 */
@Singleton
public final class CompiledWebhooks {
  private static final int ENTRIES = 20_000;

  private final Cache<Long, CompiledWebhook> entries =
      Caffeine.newBuilder().maximumSize(ENTRIES).build();
  private final Random random = new Random();
  private final WebhookReader reader;
  private final WebhookCompiler compiler;

  CompiledWebhooks(WebhookReader reader, WebhookCompiler compiler) {
    this.reader = reader;
    this.compiler = compiler;
  }

  /** Empty when the webhook was deleted meanwhile. */
  public Optional<CompiledWebhook> get(long uid, String version) {
    CompiledWebhook cached = entries.getIfPresent(uid);
    if (cached != null && cached.version().equals(version)) {
      return Optional.of(cached);
    }
    Optional<CompiledWebhook> compiled = read(uid);
    compiled.ifPresent(webhook -> entries.put(uid, webhook));
    return compiled;
  }

  /** As its rows say now; nothing is kept. */
  public Optional<CompiledWebhook> read(long uid) {
    return reader.read(uid).map(compiler::compile);
  }

  /** Some of what is kept, another each time. */
  public Map<Long, CompiledWebhook> sample(int count) {
    List<Long> uids = new ArrayList<>(entries.asMap().keySet());
    Collections.shuffle(uids, random);
    return entries.getAllPresent(uids.subList(0, Math.min(count, uids.size())));
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
