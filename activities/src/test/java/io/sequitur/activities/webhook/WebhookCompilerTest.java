package io.sequitur.activities.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import io.sequitur.activities.webhook.SecretBox.Place;
import io.sequitur.db.webhook.WebhookReader.StoredHeader;
import io.sequitur.db.webhook.WebhookReader.StoredWebhook;
import io.sequitur.workflows.delivery.HttpHeader;
import io.sequitur.workflows.delivery.RetrySchedule;
import io.sequitur.workflows.delivery.SigningKey;
import io.sequitur.workflows.delivery.SigningSecret;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class WebhookCompilerTest {
  private static final String VALUE = "a-value-that-nobody-may-see";

  private final Path directory;
  private final SigningSecret newest = SigningSecret.generate(new SecureRandom());
  private final SigningSecret older = SigningSecret.generate(new SecureRandom());
  private final SecretBox box;
  private final WebhookCompiler compiler;

  WebhookCompilerTest(@TempDir Path directory) {
    this.directory = directory;
    this.box = keyset("keyset.json");
    this.compiler =
        new WebhookCompiler(
            box, new Environment(Map.of("SET", VALUE, "FORBIDDEN", VALUE), Set.of("SET", "UNSET")));
  }

  @Test
  void everythingIsDecryptedParsedAndInItsOrder() {
    CompiledWebhook webhook =
        compile(
            List.of(
                header("x-own", null, "own"),
                header("x-static", "static", "shared"),
                header("x-environment", "environment", "SET"),
                secret("x-secret", box.seal(VALUE, Place.ofKeyValue("default", "x-secret-kv")))),
            List.of(key(newest), key(older)));
    CompiledWebhook.Target target = Objects.requireNonNull(webhook.target());
    assertThat(webhook.problem()).isNull();
    assertThat(target.headers())
        .containsExactly(
            HttpHeader.open("x-own", "own"),
            HttpHeader.open("x-static", "shared"),
            HttpHeader.secret("x-environment", VALUE),
            HttpHeader.secret("x-secret", VALUE));
    assertThat(target.keys())
        .extracting(SigningKey::reveal)
        .containsExactly(newest.reveal(), older.reveal());
    assertThat(webhook.schedule()).isEqualTo(RetrySchedule.parse("1s 2s"));
    assertThat(webhook.timeout()).isEqualTo(Duration.ofSeconds(5));
  }

  @Test
  void theReceiversVersionChangesWithEveryVersionAndTellsNothingOfIt() {
    CompiledWebhook one = compiler.compile(stored("https://a.test/", "1s", "4:1.2"));
    CompiledWebhook same = compiler.compile(stored("https://a.test/", "1s", "4:1.2"));
    CompiledWebhook other = compiler.compile(stored("https://a.test/", "1s", "4:1.3"));
    assertThat(one.configVersion()).isEqualTo(same.configVersion()).hasSize(12);
    assertThat(other.configVersion()).isNotEqualTo(one.configVersion());
  }

  @Test
  void whatIsWrongIsNamedAndNoValueIsShown() {
    assertThat(problem(header("x-h", "environment", "UNSET")))
        .isEqualTo("webhook orders: header x-h: environment variable UNSET is not set");
    assertThat(problem(header("x-h", "environment", "FORBIDDEN")))
        .isEqualTo(
            "webhook orders: header x-h: environment variable FORBIDDEN is not in SEQUITUR_ENVIRONMENT_ALLOW");
    byte[] foreign = keyset("other.json").seal(VALUE, Place.ofKeyValue("default", "x-h-kv"));
    assertThat(problem(secret("x-h", foreign)))
        .isEqualTo(
            "webhook orders: header x-h: key-value x-h-kv was encrypted with another keyset");
    assertThat(problem(header("x-h", null, VALUE + "\r\nx-more: 1")))
        .startsWith("webhook orders: ")
        .doesNotContain(VALUE);
    assertThat(problem(header("content-length", null, VALUE)))
        .startsWith("webhook orders: ")
        .contains("content-length")
        .doesNotContain(VALUE);
  }

  @Test
  void aRowWrittenByHandWithAWrongUrlOrScheduleIsAProblemAndNoException() {
    assertThat(compiler.compile(stored("ftp://a.test/", "1s", "1")).problem())
        .startsWith("webhook orders: url: ");
    CompiledWebhook wrong = compiler.compile(stored("https://a.test/", "soon", "1"));
    assertThat(wrong.problem()).startsWith("webhook orders: retry: ");
    assertThat(wrong.schedule()).isEqualTo(RetrySchedule.DEFAULT);
    assertThat(wrong.target()).isNull();
  }

  @Test
  void withoutAUsableSigningKeyNothingIsSent() {
    assertThat(compile(List.of(), List.of()).problem())
        .isEqualTo("webhook orders has no signing key: set it again, or give it one");
    byte[] moved = box.seal(newest.reveal(), Place.ofSigningKey("default", 8));
    assertThat(compile(List.of(), List.of(moved)).problem())
        .isEqualTo("webhook orders: its signing key was encrypted with another keyset");
    byte[] broken = box.seal("whsec_", Place.ofSigningKey("default", 7));
    assertThat(compile(List.of(), List.of(broken)).problem())
        .isEqualTo("webhook orders: its signing key is not valid");
  }

  private @Nullable String problem(StoredHeader header) {
    CompiledWebhook webhook = compile(List.of(header), List.of(key(newest)));
    assertThat(webhook.target()).isNull();
    return webhook.problem();
  }

  private CompiledWebhook compile(List<StoredHeader> headers, List<byte[]> keys) {
    return compiler.compile(
        new StoredWebhook(
            7,
            "default",
            "orders",
            "https://receiver.test/",
            false,
            "1s 2s",
            5_000,
            "1",
            headers,
            keys,
            null));
  }

  private StoredWebhook stored(String url, String retry, String version) {
    return new StoredWebhook(
        7,
        "default",
        "orders",
        url,
        false,
        retry,
        5_000,
        version,
        List.of(),
        List.of(key(newest)),
        null);
  }

  private byte[] key(SigningSecret secret) {
    return box.seal(secret.reveal(), Place.ofSigningKey("default", 7));
  }

  private static StoredHeader header(String name, @Nullable String kind, String text) {
    return new StoredHeader(name, kind, kind == null ? null : name + "-kv", text, null);
  }

  private static StoredHeader secret(String name, byte[] sealed) {
    return new StoredHeader(
        name, "secret", name + "-kv", null, Base64.getMimeEncoder().encodeToString(sealed));
  }

  private SecretBox keyset(String name) {
    Path keyset = directory.resolve(name);
    SecretBox.createIfMissing(keyset);
    return SecretBox.open(keyset);
  }
}
