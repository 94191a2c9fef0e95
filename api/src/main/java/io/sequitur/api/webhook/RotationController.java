package io.sequitur.api.webhook;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Consumes;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Post;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.sequitur.activities.webhook.SecretBox;
import io.sequitur.activities.webhook.SecretBox.Place;
import io.sequitur.api.access.Caller;
import io.sequitur.api.http.KnownNames;
import io.sequitur.api.http.Overlap;
import io.sequitur.api.http.ProblemException;
import io.sequitur.api.http.ProblemType;
import io.sequitur.api.http.RequestBytes;
import io.sequitur.db.catalogue.NameReader;
import io.sequitur.db.webhook.SigningKeyStore;
import io.sequitur.db.webhook.SigningKeyStore.Actor;
import io.sequitur.db.webhook.SigningKeyStore.NewKey;
import io.sequitur.db.webhook.SigningKeyStore.Rotated;
import io.sequitur.workflows.catalogue.Fields;
import io.sequitur.workflows.catalogue.InvalidDefinition;
import io.sequitur.workflows.delivery.SigningKey;
import io.sequitur.workflows.delivery.SigningKey.Scheme;
import io.sequitur.workflows.delivery.SigningKeyPair;
import io.sequitur.workflows.json.Problem;
import io.sequitur.workflows.json.StrictJson;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** New signing keys for webhooks. */
@Controller("/v1/webhooks/{name}/rotate-secret")
@ExecuteOn(TaskExecutors.BLOCKING)
final class RotationController {
  private final SigningKeyStore keys;
  private final SecretBox secrets;
  private final KnownNames names;
  private final SecureRandom random = new SecureRandom();

  RotationController(SigningKeyStore keys, SecretBox secrets, KnownNames names) {
    this.keys = keys;
    this.secrets = secrets;
    this.names = names;
  }

  /** What is asked for. */
  private record Rotation(Scheme scheme, Duration overlap) {}

  /**
   * The new key.
   *
   * @param signingSecret of the scheme v1, shown this once
   * @param publicKey of the scheme v1a
   * @param previousUntil until when the keys before sign beside it
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record RotatedBody(
      String name,
      String scheme,
      @Nullable String signingSecret,
      @Nullable String publicKey,
      Instant previousUntil) {}

  /** The next attempt is signed with the new key too. */
  @Post
  @Consumes(MediaType.ALL)
  RotatedBody rotate(HttpRequest<?> request, String name) {
    Caller caller = Caller.of(request);
    String tenant = caller.tenant();
    Rotation rotation = read(RequestBytes.of(request));
    SigningKey key = SigningKey.generate(rotation.scheme, random);
    String publicKey = key instanceof SigningKeyPair pair ? pair.publicKey() : null;
    NewKey stored =
        new NewKey(
            rotation.scheme.word(),
            uid -> secrets.seal(key.reveal(), Place.ofSigningKey(tenant, uid)),
            publicKey);
    Rotated rotated =
        keys.rotate(new Actor(tenant, caller.name()), name, stored, rotation.overlap)
            .orElseThrow(() -> names.missing(tenant, NameReader.Kind.WEBHOOK, name));
    Instant until = rotated.until();
    if (until == null) {
      throw new ProblemException(
          ProblemType.CONFLICT,
          "%d keys of this webhook still sign, and each makes every request longer. Wait until one expires, or rotate with \"overlap\": \"0s\"."
              .formatted(SigningKeyStore.MOST_LIVE));
    }
    return new RotatedBody(
        name, rotation.scheme.word(), publicKey == null ? key.reveal() : null, publicKey, until);
  }

  private static Rotation read(byte[] body) {
    if (body.length == 0) {
      return new Rotation(Scheme.V1, Overlap.USUAL);
    }
    List<Problem> problems = new ArrayList<>();
    Fields fields = Fields.of(StrictJson.tree(body), "", problems, Overlap.FIELD, "scheme");
    Rotation rotation =
        new Rotation(fields.choice("scheme", Scheme.V1, Scheme.values()), Overlap.of(fields));
    if (!problems.isEmpty()) {
      throw new InvalidDefinition(problems);
    }
    return rotation;
  }
}
