package io.sequitur.db.catalogue;

import static org.assertj.core.api.Assertions.assertThat;

import io.sequitur.db.catalogue.ReconcileStore.Last;
import io.sequitur.db.catalogue.SeenTrigger.Seen;
import io.sequitur.db.testing.TestDatabase;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ReconcileStoreTest {
  private static final String TENANT = "default";
  private static final Instant NIGHT = Instant.parse("2030-01-01T03:00:00Z");

  private final TestDatabase db = TestDatabase.create();
  private final ReconcileStore store = new ReconcileStore(db.jdbi());

  @BeforeEach
  void declare() {
    db.execute("insert into webhook (name, url, events) values ('erp', 'https://a.test', '{a}')");
    db.execute("insert into trigger (name, events) values ('t', '{x}')");
    db.execute(
        "insert into trigger_delivery (tenant, trigger, webhook_uid) select tenant, 't', uid from webhook");
    record();
  }

  @AfterEach
  void close() {
    db.close();
  }

  @Test
  void whatWasRecordedIsWhatWasSeen() {
    assertThat(seen()).hasSize(2).allSatisfy(one -> assertThat(one.now()).isEqualTo(one.before()));
    assertThat(seen()).extracting(SeenTrigger::generated).containsExactly(false, true);
  }

  @Test
  void anUpdateHasAnotherSignatureAndAnotherStamp() {
    db.execute("update trigger set filter = 'true'");
    SeenTrigger trigger = seen("t");
    assertThat(now(trigger).signature()).isNotEqualTo(before(trigger).signature());
    assertThat(now(trigger).stamp()).isNotEqualTo(before(trigger).stamp());
  }

  @Test
  void otherSettingsOfAWebhookAreNoChangeOfItsTrigger() {
    db.execute("update webhook set retry = 'none'");
    SeenTrigger trigger = seen("webhook::erp");
    assertThat(now(trigger).signature()).isEqualTo(before(trigger).signature());
    assertThat(now(trigger).stamp()).isNotEqualTo(before(trigger).stamp());
  }

  @Test
  void aWebhookMadeAgainIsAnotherOneAndAnInactiveOneGeneratesNoTrigger() {
    db.execute("delete from trigger");
    db.execute("delete from webhook");
    db.execute(
        "insert into webhook (name, url, events, active) values ('erp', 'https://a.test', '{a}', false)");
    SeenTrigger trigger = seen("webhook::erp");
    assertThat(now(trigger).signature()).isNotEqualTo(before(trigger).signature());
    assertThat(now(trigger).active()).isFalse();
    assertThat(seen("t").now()).isNull();
  }

  @Test
  void aWritePastTheVersionsIsSeenAndStampedAnewForEveryProcess() {
    db.asOwner(
        """
        alter table trigger disable trigger stamp_version;
        alter table webhook disable trigger stamp_version;
        update trigger set events = '{other}';
        update webhook set filter = 'true';
        alter table trigger enable always trigger stamp_version;
        alter table webhook enable always trigger stamp_version\
        """);
    db.asOwner("delete from invalidation");
    assertThat(seen())
        .allSatisfy(one -> {
          assertThat(now(one).stamp()).isEqualTo(before(one).stamp());
          assertThat(now(one).signature()).isNotEqualTo(before(one).signature());
        });

    store.alone(
        TENANT,
        handle -> {
          store.stampAnew(handle, TENANT, List.of("t", "webhook::erp"));
          return true;
        });
    assertThat(db.count("invalidation")).as("every process reads them again").isPositive();
    assertThat(seen())
        .allSatisfy(one -> assertThat(now(one).stamp()).isNotEqualTo(before(one).stamp()));
  }

  @Test
  void tenantsDoNotSeeEachOther() {
    db.execute("insert into trigger (tenant, name, events) values ('other', 'theirs', '{x}')");
    assertThat(seen()).extracting(SeenTrigger::name).containsExactly("t", "webhook::erp");
  }

  @Test
  void whatIsForgottenIsNew() {
    store.alone(
        TENANT,
        handle -> {
          store.forget(handle, TENANT, List.of("t"));
          return true;
        });
    assertThat(seen("t").before()).isNull();
  }

  @Test
  void aTenantIsDueAtNightThenAgainAfterItsLeaseUnlessItReported() {
    assertThat(store.last(TENANT)).isEmpty();
    store.plan(NIGHT);
    assertThat(due()).as("not yet").isEmpty();
    store.plan(Instant.now().minus(Duration.ofHours(3)));
    assertThat(due()).as("its date stays").isEmpty();
    db.execute("update reconciliation set due_at = now()");
    assertThat(due()).containsExactly(TENANT);
    assertThat(due()).as("taken").isEmpty();

    report("1.0");
    store.planAfterUpgrade("1.0");
    assertThat(due()).isEmpty();
    store.planAfterUpgrade("1.1");
    assertThat(due()).as("another engine").containsExactly(TENANT);
    assertThat(store.last(TENANT))
        .hasValueSatisfying(last -> {
          assertThat(last.report()).isEqualTo("{\"a\": 1}");
          assertThat(last.workflowId()).isEqualTo("reconcile:default");
        });
  }

  private List<String> due() {
    return store.takeDue(Duration.ofHours(1), 10);
  }

  private void report(String engine) {
    Last last =
        new Last(
            Instant.now(), Duration.ofMillis(5), engine, "reconcile:default", "run", "{\"a\":1}");
    store.alone(
        TENANT,
        handle -> {
          store.report(handle, TENANT, last, NIGHT);
          return true;
        });
  }

  private void record() {
    store.alone(
        TENANT,
        handle -> {
          store.record(handle, TENANT, store.seen(handle, TENANT));
          return true;
        });
  }

  private List<SeenTrigger> seen() {
    return store.look(handle -> store.seen(handle, TENANT));
  }

  private SeenTrigger seen(String name) {
    return seen().stream().filter(one -> one.name().equals(name)).findFirst().orElseThrow();
  }

  private static Seen now(SeenTrigger trigger) {
    return Objects.requireNonNull(trigger.now());
  }

  private static Seen before(SeenTrigger trigger) {
    return Objects.requireNonNull(trigger.before());
  }
}
