package io.sequitur.db.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.sequitur.db.cache.CacheStore.Content;
import io.sequitur.db.cache.CacheStore.KeyState;
import io.sequitur.db.testing.TestDatabase;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Users' own caches, by the protocol that docs/caches.md tells them. */
final class CacheStateTest {
  private static final String TABLES =
      """
      [{"table": "public.flag"}, {"table": "public.tag", "via": {"table": "public.flag", "join": {"flag_id": "id"}}}]
      """;

  private static final TestDatabase db = TestDatabase.create();

  private final CacheStore caches = new CacheStore(db.jdbi());

  @BeforeEach
  void aCacheOfTwoTables() {
    db.asOwner(
        """
        drop table if exists public.flag, public.tag, public.parted;
        delete from cache;
        delete from event;
        create table public.flag (id int primary key, team int, n int not null default 0, doc json,
                                  parent int references public.flag on delete set null);
        create table public.tag (flag_id int references public.flag on delete cascade, name text);
        grant all on public.flag, public.tag to sequitur_app
        """);
    assertThat(caches.put("default", "flags", new Content("team:{{ team }}", TABLES), null))
        .isNotNull();
    assertThat(state("team:1").pending()).as("no triggers yet").isTrue();
    assertThat(CacheTriggers.attach(db.owner())).isEmpty();
    db.execute(
        "insert into public.flag (id, team, parent) values (1, 1, 3), (2, 2, null), (3, null, null)");
    db.execute("insert into public.tag values (1, 'a')");
    drain();
  }

  @AfterAll
  static void close() {
    db.close();
  }

  // Every way to write, read at once.
  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "update        | update public.flag set n = 1 where id = 1                          | team:1",
        "json          | update public.flag set doc = '{}' where id = 2                     | team:2",
        "no-op update  | update public.flag set n = n                                       | ",
        "key move      | update public.flag set team = 3 where id = 1                       | team:1 team:3",
        "key to null   | update public.flag set team = null where id = 1                    | team:1",
        "primary key   | update public.flag set id = 20 where id = 2                        | team:2",
        "insert        | insert into public.flag (id, team) values (4, 4), (5, 4)           | team:4",
        "no key        | update public.flag set n = 1 where id = 3                          | ",
        "delete        | delete from public.flag where id = 2                               | team:2",
        "upsert        | insert into public.flag (id, team) values (1, 1), (6, 6) on conflict (id) do update set n = 9 | team:1 team:6",
        "merge         | merge into public.flag f using (values (1)) v(id) on f.id = v.id when matched then update set n = 5 | team:1",
        "related insert| insert into public.tag values (2, 'b')                             | team:2",
        "related move  | update public.tag set flag_id = 2                                  | team:1 team:2",
        "without a primary key every row counts | update public.tag set name = name | team:1",
        "related delete| delete from public.tag                                             | team:1",
        "cascade       | delete from public.flag where id = 1                               | team:1",
        "set null      | delete from public.flag where id = 3                               | team:1",
        "nobody's      | insert into public.tag values (3, 'b')                             | ",
      })
  void onlyWhatIsMadeFromTheRowsBecomesStale(String way, String sql, String expected) {
    Map<String, Long> before = epochs();
    db.execute(sql);
    Map<String, Long> unchanged = epochs();
    assertThat(unchanged).as("the writer raises nothing").isEqualTo(before);
    List<String> stale = expected == null ? List.of() : List.of(expected.split(" "));
    for (String key : stale) {
      assertThat(state(key).pending()).as(key + " at once").isTrue();
    }
    drain();
    Map<String, Long> after = epochs();
    after.entrySet().removeAll(before.entrySet());
    assertThat(after.keySet()).as(way).containsExactlyInAnyOrderElementsOf(stale);
    assertThat(state("team:1").pending()).isFalse();
  }

  // Values are made fewer before keys are made of them: none may be taken for another.
  @Test
  void valuesThatAreEqualAndSpeltOtherwiseAreTwoKeys() {
    db.asOwner(
        """
        drop table if exists public.price;
        create table public.price (id int primary key, "Amount" numeric, code char(3), doc json);
        insert into public.price values (1, 1.0, 'a', '1');
        grant all on public.price to sequitur_app
        """);
    String tables = "[{\"table\": \"public.price\"}]";
    for (String[] cache :
        new String[][] {{"amount", "100%s:{{ Amount }}"}, {"doc", "doc:{{ code }}:{{ doc }}"}}) {
      assertThat(caches.put("default", cache[0], new Content(cache[1], tables), null)).isNotNull();
    }
    assertThat(CacheTriggers.attach(db.owner())).isEmpty();
    drain();
    db.execute("update public.price set \"Amount\" = 1.00, doc = ' 1'");
    assertThat(
            db.value(
                String.class,
                "select string_agg(key, ',' order by key collate \"C\") from invalidation"))
        .isEqualTo("100%s:1.0,100%s:1.00,doc:a: 1,doc:a:1");
    drain();
  }

  @Test
  void truncateMakesEveryKeyOfTheCacheStaleAndNoOther() {
    KeyState one = state("team:7");
    KeyState other = state("else:7");
    db.asOwner("truncate public.flag cascade");
    assertThat(state("team:7").pending()).isTrue();
    assertThat(state("else:7").pending()).isFalse();
    drain();
    assertThat(state("team:7").epoch()).isGreaterThan(one.epoch());
    assertThat(state("else:7")).isEqualTo(other);
    assertThat(said("data")).last().asString().contains("\"cache\":\"flags\",\"keys\":[\"*\"]");
  }

  // A lower number that commits last.
  @Test
  void lateCommitWithAnEarlierNumberIsNotSkipped() {
    Handle late = db.open();
    late.execute("update public.flag set n = 1 where id = 1");
    db.execute("update public.flag set n = 1 where id = 2");
    KeyState before = state("team:1");
    drain();
    assertThat(state("team:1")).as("not committed").isEqualTo(before);
    late.commit().close();
    assertThat(state("team:1").pending()).isTrue();
    drain();
    assertThat(state("team:1").epoch()).isGreaterThan(before.epoch());
  }

  // A loader that is paused between its read and its put, across a write.
  @Test
  void loaderThatIsPausedAcrossWritesPutsNothingThatIsServed() {
    KeyState asked = state("team:1");
    String loaded = load("team:1");
    db.execute("update public.flag set n = 1 where id = 1");
    drain();
    db.execute("update public.flag set n = 0 where id = 1");
    drain();
    // Put only now, under the epoch that was asked for before the load: never valid.
    KeyState now = state("team:1");
    assertThat(loaded).as("even if it has become right again").isEqualTo(load("team:1"));
    assertThat(now.pending()).isFalse();
    assertThat(now.epoch()).isNotEqualTo(asked.epoch());
  }

  /** The key of a related row is looked up when it is drained, not in the writer's old snapshot. */
  @Test
  void relatedRowOfOneThatMovesMeanwhileReachesTheKeyItMovedTo() {
    Handle writer = db.open();
    writer.execute("insert into public.tag values (1, 'late')");
    db.execute("update public.flag set team = 5 where id = 1");
    drain();
    KeyState asked = state("team:5");
    assertThat(asked.pending()).isFalse();
    writer.commit().close();
    assertThat(state("team:5").pending()).isTrue();
    drain();
    assertThat(state("team:5").epoch()).isGreaterThan(asked.epoch());
  }

  @Test
  void rollbackLeavesNothing() {
    try (Handle handle = db.open()) {
      handle.execute("update public.flag set n = 8");
      handle.rollback();
    }
    assertThat(db.count("invalidation")).isZero();
  }

  @Test
  void anotherDefinitionMakesAllKeysStaleAndNothingMayBeServedUntilItsTriggersAreMade() {
    KeyState before = state("team:1");
    var unused =
        caches.put(
            "default",
            "flags",
            new Content("team:{{ id }}", "[{\"table\": \"public.flag\"}]"),
            null);
    drain();
    assertThat(state("team:1").pending()).isTrue();
    assertThat(CacheTriggers.attach(db.owner())).isEmpty();
    drain();
    assertThat(state("team:1").pending()).isFalse();
    assertThat(state("team:1").epoch()).isGreaterThan(before.epoch());
    assertThat(
            db.count(
                "pg_trigger where tgname like 'sequitur%' and tgrelid = 'public.tag'::regclass"))
        .isZero();

    assertThat(caches.delete("default", "flags")).isTrue();
    assertThat(CacheTriggers.attach(db.owner())).isEmpty();
    assertThat(
            db.count(
                "pg_trigger where tgname like 'sequitur%' and tgrelid = 'public.flag'::regclass"))
        .isZero();
    drain();
    assertThat(state("team:1").epoch()).as("never an old one again").isGreaterThan(before.epoch());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "team:{{ taem }} | [{\"table\": \"public.flag\"}]  | has no column \"taem\"",
        "team:{{ team }} | [{\"table\": \"public.flagg\"}] | there is no table \"public.flagg\"",
        "team:{{ team }} | [{\"table\": \"sequitur.webhook\"}] | is the engine's own",
        "team:{{ team }} | [{\"table\": \"public.flag\"}, {\"table\": \"public.tag\", \"via\": {\"table\": \"public.flag\", \"join\": {\"flag_id\": \"ident\"}}}] | lacks a column",
        "x'%s{{ id }}    | [{\"table\": \"public.parted\"}] | is not an ordinary table",
      })
  void whatCannotBeDoneIsShownAndServesNothing(String key, String tables, String reason) {
    db.asOwner("create table public.parted (id int primary key) partition by range (id)");
    var unused = caches.put("default", "wrong", new Content(key, tables), null);
    assertThat(CacheTriggers.attach(db.owner())).singleElement().asString().contains(reason);
    CacheRow row = caches.find("default", "wrong").orElseThrow();
    assertThat(row.state()).isEqualTo("invalid");
    assertThat(row.reason()).contains(reason);
    assertThat(caches.find("default", "flags").orElseThrow().state()).isEqualTo("active");
    assertThat(state(key.replaceAll("\\{\\{.*}}", "1")).pending()).isTrue();
  }

  @Test
  void tableThatSomebodyIsWritingToStaysPendingAndNobodyWaits() {
    var unused =
        caches.put(
            "default", "late", new Content("x:{{ id }}", "[{\"table\": \"public.flag\"}]"), null);
    try (Handle writer = db.open()) {
      writer.execute("update public.flag set n = 3 where id = 1");
      assertThat(CacheTriggers.attach(db.owner()))
          .singleElement()
          .asString()
          .contains("is pending");
      writer.commit();
    }
    assertThat(CacheTriggers.attach(db.owner())).isEmpty();
  }

  @Test
  void triggersThatAreSwitchedOffKeepTheCacheFromBeingServed() {
    db.asOwner("alter table public.flag disable trigger all");
    assertThat(state("team:1").pending()).isTrue();
    assertThat(caches.find("default", "flags").orElseThrow().reason())
        .contains("public.flag lacks");
    db.asOwner("update public.flag set n = 99");
    db.asOwner("alter table public.flag enable trigger all");
    assertThat(state("team:1").pending()).as("only for some writers").isTrue();
    long before = state("team:1").epoch();
    assertThat(CacheTriggers.attach(db.owner())).isEmpty();
    drain();
    assertThat(state("team:1").pending()).isFalse();
    assertThat(state("team:1").epoch()).isGreaterThan(before);
  }

  @Test
  void invalidationIsAlsoAnEventOfAtMost200Keys() {
    db.execute("delete from event");
    db.execute("insert into public.flag (id, team) select i, i from generate_series(1000, 1449) i");
    drain();
    List<String> said = said("data");
    assertThat(said).hasSize(3);
    assertThat(said).allMatch(data -> data.startsWith("{\"cache\":\"flags\",\"keys\":[\"team:1"));
    assertThat(said("type")).containsOnly("sequitur.cache.invalidated");
  }

  /** Writers in opposite order, a drain all the time, readers by the protocol: nothing stale. */
  @Test
  void readersByTheProtocolNeverServeWhatWasOverwritten() throws Exception {
    long seed = System.nanoTime();
    System.out.println("seed " + seed);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> writers =
          List.of(
              threads.submit(() -> write(seed, 1, 2)), threads.submit(() -> write(seed + 1, 2, 1)));
      Future<?> drains =
          threads.submit(() -> {
            while (!writers.stream().allMatch(Future::isDone)) {
              drain();
            }
          });
      Map<String, Entry> cache = new HashMap<>();
      int served = 0;
      while (!writers.stream().allMatch(Future::isDone)) {
        for (String key : List.of("team:1", "team:2")) {
          served += read(cache, key) ? 1 : 0;
        }
      }
      for (Future<?> writer : writers) {
        writer.get();
      }
      drains.get();
      drain();
      boolean unused = read(cache, "team:1");
      assertThat(read(cache, "team:1")).as("served in the end; before that " + served).isTrue();
    }
  }

  private record Entry(long epoch, String value) {}

  // The values only rise, so what is served must not be lower than what was committed before.
  private boolean read(Map<String, Entry> cache, String key) {
    String floor = load(key);
    KeyState state = state(key);
    Entry entry = cache.get(key);
    if (!state.pending() && entry != null && entry.epoch == state.epoch()) {
      assertThat(Long.parseLong(entry.value)).isGreaterThanOrEqualTo(Long.parseLong(floor));
      return true;
    }
    String loaded = load(key);
    if (!state.pending()) {
      cache.put(key, new Entry(state.epoch(), loaded));
    }
    return false;
  }

  private void write(long seed, int first, int second) {
    Random random = new Random(seed);
    for (int i = 0; i < 150; i++) {
      boolean undo = random.nextInt(5) == 0;
      try (Handle handle = db.open()) {
        handle.execute("select pg_advisory_xact_lock(1)");
        handle.execute("update public.flag set n = n + 1 where id = ?", first);
        handle.execute("update public.flag set n = n + 1 where id = ?", second);
        if (undo) {
          handle.rollback();
        } else {
          handle.commit();
        }
      }
    }
  }

  private String load(String key) {
    return db.value(
        String.class,
        "select coalesce(sum(n), 0)::text from public.flag where 'team:' || team = ?",
        key);
  }

  private Map<String, Long> epochs() {
    Map<String, Long> epochs = new HashMap<>();
    caches
        .state(
            "default",
            List.of("team:1", "team:2", "team:3", "team:4", "team:5", "team:6", "team:", "team:7"))
        .forEach(state -> epochs.put(state.key(), state.epoch()));
    return epochs;
  }

  private KeyState state(String key) {
    return caches.state("default", List.of(key)).getFirst();
  }

  private List<String> said(String field) {
    return db.jdbi()
        .withHandle(handle ->
            handle
                .createQuery(
                    "select cast(body as json) ->> :field from event where type = 'sequitur.cache.invalidated' order by id")
                .bind("field", field)
                .mapTo(String.class)
                .list());
  }

  private void drain() {
    db.jdbi().useTransaction(InvalidationStore::drain);
  }
}
