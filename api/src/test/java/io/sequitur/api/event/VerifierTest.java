package io.sequitur.api.event;

import static org.assertj.core.api.Assertions.assertThat;

import io.sequitur.activities.cache.Verifier;
import io.sequitur.activities.event.EventTypes;
import io.sequitur.activities.event.Router;
import io.sequitur.activities.webhook.CompiledWebhooks;
import io.sequitur.api.engine.Engine;
import io.sequitur.api.engine.Role;
import io.sequitur.api.testing.TestEngines;
import io.sequitur.db.cache.InvalidationStore;
import io.sequitur.db.event.Appended.TypeName;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The detector of what must never happen, with what must never happen. */
final class VerifierTest {
  private static final String NOWHERE = "127.0.0.1:1";
  private static final TestEngines ENGINES = new TestEngines();
  private static final Engine ENGINE = ENGINES.start(NOWHERE, Set.of(Role.API));

  private final InvalidationStore invalidations = ENGINE.bean(InvalidationStore.class);
  private final Verifier verifier = ENGINE.bean(Verifier.class);

  // What a test leaves stale stays so, but of a version that is not in use any more.
  @BeforeEach
  void everythingIsChanged() {
    for (String table : new String[] {"webhook", "trigger", "event_type"}) {
      ENGINES.pg().update("update sequitur." + table + " set description = md5(random()::text)");
    }
    invalidations.drain();
    assertThat(found()).isZero();
  }

  @AfterAll
  static void close() {
    ENGINE.close();
    ENGINES.close();
  }

  @Test
  void webhookThatIsNotWhatItsRowsSayIsCountedAndLeftAsItIs() {
    long uid =
        ENGINES
            .pg()
            .count(
                "insert into sequitur.webhook (name, url) values ('w', 'https://a.test/') returning uid");
    invalidations.drain();
    CompiledWebhooks webhooks = ENGINE.bean(CompiledWebhooks.class);
    String version = webhooks.read(uid).orElseThrow().version();
    assertThat(webhooks.get(uid, version)).isPresent();
    assertThat(found()).isZero();

    // What is pending, or of another version, is not used by anybody.
    ENGINES.pg().update("update sequitur.webhook set url = 'https://b.test/'");
    assertThat(found()).isZero();
    invalidations.drain();
    assertThat(found()).isZero();

    String now = webhooks.read(uid).orElseThrow().version();
    assertThat(webhooks.get(uid, now)).isPresent();
    behindTheBackOfAllTriggers("webhook", "set timeout_ms = 777");
    assertThat(found()).isEqualTo(1);
    assertThat(found()).as("it mends nothing").isEqualTo(1);
  }

  @Test
  void rulesThatAreNotWhatTheirRowsSayAreCounted() {
    ENGINES.pg().update("insert into sequitur.trigger (name, events) values ('t', '{com.a}')");
    routeWhatTheChangeWas();
    assertThat(found()).isZero();

    ENGINES.pg().update("update sequitur.trigger set events = '{com.b}'");
    assertThat(found()).as("pending").isZero();
    invalidations.drain();
    assertThat(found()).as("of an older version").isZero();

    routeWhatTheChangeWas();
    behindTheBackOfAllTriggers("trigger", "set events = '{com.c}'");
    assertThat(found()).isEqualTo(1);
  }

  @Test
  void eventTypeThatIsNotWhatItsRowSaysIsCounted() {
    ENGINES
        .pg()
        .update("insert into sequitur.event_type (name, on_invalid) values ('com.a', 'warn')");
    invalidations.drain();
    EventTypes types = ENGINE.bean(EventTypes.class);
    TypeName name = new TypeName("default", "com.a");
    assertThat(types.refresh(name)).isNotNull();
    assertThat(found()).isZero();

    ENGINES.pg().update("update sequitur.event_type set on_invalid = 'reject'");
    invalidations.drain();
    assertThat(found()).as("of an older version").isZero();

    assertThat(types.refresh(name)).isNotNull();
    behindTheBackOfAllTriggers("event_type", "set on_invalid = 'quarantine'");
    assertThat(found()).isEqualTo(1);
  }

  private int found() {
    return verifier.verify(100);
  }

  private static void routeWhatTheChangeWas() {
    assertThat(ENGINE.bean(Router.class).routePending(100)).isPresent();
  }

  // Even the owner leaves a trace with ALTER TABLE; a superuser can write to the catalogue itself.
  private static void behindTheBackOfAllTriggers(String table, String change) {
    String triggers =
        "update pg_trigger set tgenabled = '%s' where tgrelid = 'sequitur.%s'::regclass and not tgisinternal";
    ENGINES.pg().update(triggers.formatted("D", table));
    ENGINES.pg().update("update sequitur." + table + " " + change);
    ENGINES.pg().update(triggers.formatted("A", table));
  }
}
