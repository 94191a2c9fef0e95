package io.sequitur.db.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sequitur.db.testing.TestDatabase;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** No table can be forgotten, and nobody but its owner can take its triggers away. */
final class CoverageTest {
  private final TestDatabase db = TestDatabase.create();
  private final Coverage coverage = new Coverage(db.jdbi());

  @AfterEach
  void close() {
    db.close();
  }

  // A table that a loader reads, and whose changes nobody notes.
  /** The test that fails when somebody adds a table or a view without its triggers. */
  @Test
  void everyTableThatACachedViewReadsHasItsTriggers() {
    assertThat(coverage.problems()).isEmpty();
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "a table without triggers    | create table public.t (id int primary key); create view cached.v as select * from public.t | public.t is read by a view in schema cached and not registered",
        "a table behind a nested view| create table public.t (id int primary key); create view public.inner as select * from public.t; create view cached.v as select * from public.inner | public.t is read by a view in schema cached and not registered",
        "a function in a view        | create function public.f() returns bigint language sql stable as 'select count(*) from sequitur.event'; create view cached.v as select public.f() as n | cached.v calls public.f(), and nobody knows what that reads",
        "a function behind a view    | create function public.f() returns bigint language sql stable as 'select count(*) from sequitur.event'; create view public.inner as select public.f() as n; create view cached.v as select * from public.inner | public.inner calls public.f(), and nobody knows what that reads",
        "a materialised view         | create materialized view public.m as select 1 as one; create view cached.v as select * from public.m | public.m is a materialised view: refreshing it fires no trigger",
        "a materialised view in cached | create materialized view cached.m as select 1 as one | cached.m is a materialised view: refreshing it fires no trigger",
        "a partitioned table         | create table public.p (id int) partition by range (id); create view cached.v as select * from public.p | public.p is partitioned: writes to its partitions fire no trigger of it",
        "a partition                 | create table public.p (id int) partition by range (id); create table public.p1 partition of public.p default; create view cached.v as select * from public.p1 | public.p1 is a partition",
        "an unlogged table           | create unlogged table public.u (id int); create view cached.v as select * from public.u | public.u is not logged: a crash empties it",
        "a half-covered table        | drop trigger sequitur_invalidate_update on webhook_header; drop trigger sequitur_invalidate_truncate on webhook_header | sequitur.webhook_header lacks: update, truncate (a trigger that is always enabled)",
        "a disabled trigger          | alter table key_value disable trigger sequitur_invalidate_delete | sequitur.key_value lacks: delete (a trigger that is always enabled)",
        "a restored table            | alter table webhook disable trigger all; alter table webhook enable trigger all | sequitur.webhook lacks: insert, delete, update, truncate (a trigger that is always enabled)",
        "what gives versions          | alter table signing_key enable trigger stamp_version | sequitur.signing_key lacks: stamp_version (a trigger that is always enabled)",
        "a trigger of another kind   | drop trigger sequitur_invalidate_insert on webhook; create trigger sequitur_invalidate_insert after insert on webhook for each row execute function note_invalidation('x'); alter table webhook enable always trigger sequitur_invalidate_insert | sequitur.webhook lacks: insert (a trigger that is always enabled)",
        "a trigger with a condition  | create or replace trigger sequitur_invalidate_update after update of url on webhook for each statement execute function note_invalidation('x') | sequitur.webhook lacks: update (a trigger that is always enabled)",
        "another function            | create function public.nothing() returns trigger language plpgsql as 'begin return null; end'; create or replace trigger sequitur_invalidate_truncate after truncate on signing_key for each statement execute function public.nothing(); alter table signing_key enable always trigger sequitur_invalidate_truncate | sequitur.signing_key lacks: truncate (a trigger that is always enabled)",
        "a table that is registered and gone | insert into registered_table (relation, tenant_of, key_of) values ('public.gone', 'null::text', 'null::text') | public.gone is not there",
      })
  void whatIsForgottenIsNamed(String what, String sql, String problem) {
    db.asOwner(sql);
    // The event trigger noted it too; without one, asking finds it.
    assertThat(coverage.problems()).as(what).contains(problem);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "alter table webhook disable trigger sequitur_invalidate_update",
        "drop trigger sequitur_invalidate_update on webhook",
        "drop event trigger sequitur_schema_change",
        "alter event trigger sequitur_schema_drop disable",
        "delete from invalidation",
        "update cache_epoch set epoch = 0",
        "delete from registered_table",
        "update registered_statement set on_update = 'select 1'",
        "delete from uncovered",
        "insert into cache_attachment values ('default', 'x', 1)",
        "select attach_invalidation('sequitur.webhook')",
        "select attach_caches()",
        "create or replace function note_invalidation() returns trigger language plpgsql as 'begin return null; end'",
        "create or replace view cached.event_type as select * from event_type",
        "create temporary table mine (id int); create trigger t after insert on mine for each statement execute function note_invalidation('x')",
        "alter table cached.webhook owner to current_user",
      })
  void applicationCanSwitchNothingOff(String sql) {
    assertThatThrownBy(() -> db.execute(sql))
        .hasMessageMatching("(?s).*(must be owner|permission denied).*");
    assertThat(coverage.problems()).isEmpty();
  }

  // Triggers that are off, and what changes without any.
  @Test
  void triggersThatAreSwitchedOffByTheirOwnerMakeEverythingStaleUntilTheyAreBack() {
    long known = db.count("schema_change where relation = 'sequitur.signing_key'");
    long uid =
        db.value(
            Long.class,
            "insert into webhook (name, url) values ('w', 'https://a.test/') returning uid");
    drain();
    String before = version(uid);
    assertThat(version(uid)).isEqualTo(before);

    db.asOwner("alter table signing_key disable trigger all");
    assertThat(coverage.uncovered()).singleElement().asString().contains("sequitur.signing_key");
    assertThat(version(uid)).as("never the same").isNotEqualTo(version(uid));
    db.asOwner(
        "insert into signing_key (webhook_uid, secret, version, updated_at) values ("
            + uid
            + ", '\\x01', 0, now())");

    db.asOwner("alter table signing_key enable trigger all");
    for (String event : List.of("insert", "update", "delete", "truncate")) {
      db.asOwner("alter table signing_key enable always trigger sequitur_invalidate_" + event);
    }
    db.asOwner("alter table signing_key enable always trigger stamp_version");
    assertThat(coverage.uncovered()).isEmpty();
    drain();
    assertThat(version(uid)).isNotEqualTo(before).isEqualTo(version(uid));
    assertThat(db.count("schema_change where relation = 'sequitur.signing_key'"))
        .isEqualTo(known + 7);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "alter table webhook alter column description type varchar using upper(description)",
        "alter table webhook add column extra text default 'x'",
        "truncate key_value cascade"
      })
  void whatNoRowTriggerSeesIsAFullInvalidation(String sql) {
    long uid =
        db.value(
            Long.class,
            "insert into webhook (name, url) values ('w', 'https://a.test/') returning uid");
    drain();
    String before = version(uid);
    db.asOwner(sql);
    assertThat(version(uid)).as("at once").isNotEqualTo(before);
    assertThat(db.jdbi().inTransaction(InvalidationStore::drain).everything()).isTrue();
    assertThat(version(uid)).as("and after step 2").isNotEqualTo(before);
  }

  @Test
  void askingFindsWhatNoEventTriggerTold() {
    drain();
    db.asOwner("drop event trigger sequitur_schema_change");
    db.asOwner("alter table webhook disable trigger sequitur_invalidate_update");
    assertThat(coverage.uncovered()).isEmpty();
    coverage.note();
    assertThat(coverage.uncovered())
        .containsExactly("sequitur.webhook lacks: update (a trigger that is always enabled)");
    assertThat(db.count("invalidation where key = 'sequitur:*'")).isEqualTo(1);
    coverage.note();
    assertThat(db.count("invalidation where key = 'sequitur:*'")).as("once").isEqualTo(1);
  }

  private String version(long uid) {
    return db.value(
        String.class,
        "select " + io.sequitur.db.webhook.WebhookReader.VERSION + " from webhook w where uid = ?",
        uid);
  }

  private void drain() {
    db.jdbi().useTransaction(InvalidationStore::drain);
  }
}
