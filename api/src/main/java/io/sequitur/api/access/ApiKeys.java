package io.sequitur.api.access;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.sequitur.db.access.ApiKeyStore;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Checks API keys. A revoked key is refused everywhere within five seconds. */
@Singleton
public final class ApiKeys {
  private static final String PREFIX = "sq_";
  private static final int BYTES = 32;
  private static final Duration REMEMBERED = Duration.ofSeconds(5);

  private final ApiKeyStore store;
  private final Cache<String, Optional<Caller>> callers =
      Caffeine.newBuilder().expireAfterWrite(REMEMBERED).maximumSize(10_000).build();

  ApiKeys(ApiKeyStore store) {
    this.store = store;
  }

  /** A new key: 256 random bits. */
  public static String generate() {
    byte[] bytes = new byte[BYTES];
    new SecureRandom().nextBytes(bytes);
    return PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  public static byte[] hash(String key) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /** Who holds this key; empty for one that is unknown, revoked or expired. */
  Optional<Caller> caller(String key) {
    // Remembered by hash: no key stays in memory longer than its request.
    byte[] hash = hash(key);
    return callers.get(
        HexFormat.of().formatHex(hash), unused -> store.findValid(hash).map(ApiKeys::caller));
  }

  private static Caller caller(ApiKeyStore.ApiKey key) {
    Set<Scope> scopes =
        key.scopes().stream().map(Scope::parse).collect(Collectors.toUnmodifiableSet());
    return new Caller(key.tenant(), scopes, key.id() + " " + key.name());
  }
}
