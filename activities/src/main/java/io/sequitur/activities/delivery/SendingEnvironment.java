package io.sequitur.activities.delivery;

import io.sequitur.activities.delivery.http.EgressPolicy;
import io.sequitur.activities.webhook.Environment;
import io.sequitur.activities.webhook.SecretBox;
import io.sequitur.db.Digest128;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;

/** What of this process, beside what stands in rows, decides whether a webhook can be called. */
@Singleton
public final class SendingEnvironment {
  /**
   * Of a digest over values that may be secret, too little is kept to find them by trying: many
   * fit.
   */
  private static final int SHOWN = 8;

  private final String digest;

  SendingEnvironment(Environment environment, EgressPolicy egress, SecretBox secrets) {
    List<String> parts = new ArrayList<>();
    environment.allowed().stream()
        .sorted()
        .forEach(name -> parts.add(name + environment.read(name).map(v -> "=" + v).orElse("")));
    egress.allow().stream().map(Object::toString).sorted().forEach(parts::add);
    parts.add(secrets.keyset());
    this.digest = Digest128.of(parts.toArray(String[]::new)).toString().substring(0, SHOWN);
  }

  /** Another one after any change of it. */
  public String digest() {
    return digest;
  }
}
