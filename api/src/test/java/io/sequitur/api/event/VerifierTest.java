package io.sequitur.api.event;

import static org.assertj.core.api.Assertions.assertThat;

import io.sequitur.activities.cache.Verifier;
import io.sequitur.activities.webhook.CompiledWebhooks;
import io.sequitur.api.engine.Engine;
import io.sequitur.api.engine.Role;
import io.sequitur.api.testing.TestEngines;
import io.sequitur.db.cache.InvalidationStore;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The detector of what must never happen, with what must never happen. */
final class VerifierTest {
  private static final String NOWHERE = "127.0.0.1:1";

  @Test
  void entryThatIsNotWhatItsRowsSayIsCountedAndLeftAsItIs() {
    try (TestEngines engines = new TestEngines();
        Engine engine = engines.start(NOWHERE, Set.of(Role.API))) {
      long uid =
          engines
              .pg()
              .count(
                  "insert into sequitur.webhook (name, url) values ('w', 'https://a.test/') returning uid");
      InvalidationStore invalidations = engine.bean(InvalidationStore.class);
      invalidations.drain();
      CompiledWebhooks webhooks = engine.bean(CompiledWebhooks.class);
      String version = webhooks.read(uid).orElseThrow().version();
      assertThat(webhooks.get(uid, version)).isPresent();
      Verifier verifier = engine.bean(Verifier.class);
      assertThat(verifier.verify(20)).isZero();

      // What is pending, or of another version, is not used by anybody.
      engines.pg().update("update sequitur.webhook set url = 'https://b.test/'");
      assertThat(verifier.verify(20)).isZero();
      invalidations.drain();
      assertThat(verifier.verify(20)).isZero();

      String now = webhooks.read(uid).orElseThrow().version();
      assertThat(webhooks.get(uid, now)).isPresent();
      behindTheBackOfAllTriggers(engines, "update sequitur.webhook set timeout_ms = 777");
      assertThat(verifier.verify(20)).isEqualTo(1);
      assertThat(verifier.verify(20)).as("it mends nothing").isEqualTo(1);
    }
  }

  // Even the owner leaves a trace with ALTER TABLE; a superuser can write to the catalogue itself.
  private static void behindTheBackOfAllTriggers(TestEngines engines, String sql) {
    String triggers =
        "update pg_trigger set tgenabled = '%s' where tgrelid = 'sequitur.webhook'::regclass and not tgisinternal";
    engines.pg().update(triggers.formatted("D"));
    engines.pg().update(sql);
    engines.pg().update(triggers.formatted("A"));
  }
}
