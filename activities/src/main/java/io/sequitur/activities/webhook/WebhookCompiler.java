package io.sequitur.activities.webhook;

import io.sequitur.activities.delivery.http.TargetUrl;
import io.sequitur.activities.delivery.http.TrustedAuthorities;
import io.sequitur.activities.webhook.CompiledWebhook.Target;
import io.sequitur.activities.webhook.SecretBox.Place;
import io.sequitur.db.Digest128;
import io.sequitur.db.webhook.WebhookReader.StoredHeader;
import io.sequitur.db.webhook.WebhookReader.StoredWebhook;
import io.sequitur.workflows.delivery.HeaderProblem;
import io.sequitur.workflows.delivery.HeaderRules;
import io.sequitur.workflows.delivery.HttpHeader;
import io.sequitur.workflows.delivery.RetrySchedule;
import io.sequitur.workflows.delivery.SigningKey;
import jakarta.inject.Singleton;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Makes a stored webhook callable. Everything is checked again, as rows can be written by hand;
 * what is wrong becomes the webhook's problem, which names the webhook, the header and the
 * variable, and never a value.
 */
@Singleton
public final class WebhookCompiler {
  private final SecretBox secrets;
  private final Environment environment;

  WebhookCompiler(SecretBox secrets, Environment environment) {
    this.secrets = secrets;
    this.environment = environment;
  }

  CompiledWebhook compile(StoredWebhook stored) {
    Target target = null;
    String problem = null;
    RetrySchedule schedule = RetrySchedule.DEFAULT;
    try {
      schedule = schedule(stored);
      target = target(stored);
    } catch (UnusableWebhook e) {
      problem = e.getMessage();
    }
    return new CompiledWebhook(
        stored.name(),
        stored.version(),
        Digest128.of(stored.version()).toString().substring(0, 13).replace("-", ""),
        stored.url(),
        stored.skipExhausted(),
        schedule,
        Duration.ofMillis(stored.timeoutMs()),
        target,
        problem);
  }

  private static RetrySchedule schedule(StoredWebhook stored) throws UnusableWebhook {
    try {
      return RetrySchedule.parse(stored.retry());
    } catch (IllegalArgumentException e) {
      throw new UnusableWebhook("webhook " + stored.name() + ": retry: " + e.getMessage(), e);
    }
  }

  private Target target(StoredWebhook stored) throws UnusableWebhook {
    List<HttpHeader> headers = new ArrayList<>();
    for (StoredHeader header : stored.headers()) {
      headers.add(header(stored, header));
    }
    List<HeaderProblem> problems = HeaderRules.check(headers);
    if (!problems.isEmpty()) {
      throw new UnusableWebhook(
          "webhook " + stored.name() + ": " + HeaderProblem.summary(problems), null);
    }
    return new Target(url(stored), headers, signingKeys(stored), authorities(stored));
  }

  private TargetUrl url(StoredWebhook stored) throws UnusableWebhook {
    try {
      return TargetUrl.parse(stored.url());
    } catch (IllegalArgumentException e) {
      throw new UnusableWebhook("webhook " + stored.name() + ": url: " + e.getMessage(), e);
    }
  }

  private static @Nullable TrustedAuthorities authorities(StoredWebhook stored)
      throws UnusableWebhook {
    String pem = stored.certificateAuthority();
    try {
      return pem == null ? null : TrustedAuthorities.parse(pem);
    } catch (IllegalArgumentException e) {
      throw new UnusableWebhook(
          "webhook " + stored.name() + ": certificateAuthority: " + e.getMessage(), e);
    }
  }

  private HttpHeader header(StoredWebhook webhook, StoredHeader header) throws UnusableWebhook {
    String text = header.text();
    return switch (header.kind()) {
      case null -> HttpHeader.open(header.name(), Objects.requireNonNull(text));
      case "static" -> HttpHeader.open(header.name(), Objects.requireNonNull(text));
      case "environment" ->
          HttpHeader.secret(header.name(), variable(webhook, header, Objects.requireNonNull(text)));
      case "secret" -> HttpHeader.secret(header.name(), secret(webhook, header));
      default -> throw new IllegalStateException("unknown kind of key-value: " + header.kind());
    };
  }

  private String variable(StoredWebhook webhook, StoredHeader header, String variable)
      throws UnusableWebhook {
    String place =
        "webhook "
            + webhook.name()
            + ": header "
            + header.name()
            + ": environment variable "
            + variable;
    if (!environment.mayRead(variable)) {
      throw new UnusableWebhook(place + " is not in SEQUITUR_ENVIRONMENT_ALLOW", null);
    }
    return environment
        .read(variable)
        .orElseThrow(() -> new UnusableWebhook(place + " is not set", null));
  }

  private String secret(StoredWebhook webhook, StoredHeader header) throws UnusableWebhook {
    String keyValue = Objects.requireNonNull(header.keyValue());
    byte[] sealed = Base64.getMimeDecoder().decode(Objects.requireNonNull(header.secret()));
    try {
      return secrets.unseal(sealed, Place.ofKeyValue(webhook.tenant(), keyValue));
    } catch (GeneralSecurityException e) {
      throw new UnusableWebhook(
          "webhook "
              + webhook.name()
              + ": header "
              + header.name()
              + ": key-value "
              + keyValue
              + " was encrypted with another keyset",
          e);
    }
  }

  private List<SigningKey> signingKeys(StoredWebhook stored) throws UnusableWebhook {
    List<SigningKey> signing = new ArrayList<>();
    for (byte[] sealed : stored.signingKeys()) {
      try {
        signing.add(
            SigningKey.parse(
                secrets.unseal(sealed, Place.ofSigningKey(stored.tenant(), stored.uid()))));
      } catch (IllegalArgumentException e) {
        throw new UnusableWebhook("webhook " + stored.name() + ": its signing key is not valid", e);
      } catch (GeneralSecurityException e) {
        throw new UnusableWebhook(
            "webhook " + stored.name() + ": its signing key was encrypted with another keyset", e);
      }
    }
    if (signing.isEmpty()) {
      throw new UnusableWebhook(
          "webhook " + stored.name() + " has no signing key: set it again, or give it one", null);
    }
    return signing;
  }

  /** The sentence says what is wrong with the webhook, for its owner. */
  private static final class UnusableWebhook extends Exception {
    private static final long serialVersionUID = 1;

    UnusableWebhook(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }
}
