package io.sequitur.db.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sequitur.db.testing.TestDatabase;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A captured table's changes are events, in the transactions of the changes. */
final class CaptureTest {
  private static final int WRITERS = 16;
  private static final int ROWS = 8;

  private static final TestDatabase db = TestDatabase.create();

  @AfterAll
  static void close() {
    db.close();
  }

  @BeforeEach
  void capturedTables() {
    db.asOwner(
        """
        drop table if exists public.account, public.line, public.log;
        create table public.account (id int primary key, n int, "sequitur" text, doc json);
        create table public.line (a int, b text, v int, primary key (a, b));
        create table public.log (v int);
        grant all on public.account, public.line to sequitur_app;
        select capture('public.account', 'com.acme.account');
        select capture('public.line', 'com.acme.line', '/acme/lines');
        insert into public.account values (1, 10, 'x', '{"a": 1}'), (2, 20, 'y', null);
        insert into public.line values (1, 'k', 5)
        """);
    forget();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "insert into public.account values (3, 1, 'z', '[1]') | created 3 {\"new\" : {\"n\": 1, \"id\": 3, \"doc\": [1], \"sequitur\": \"z\"}, \"old\" : null, \"changed\" : []}",
        "update public.account set n = 11, doc = null where id = 1 | updated 1 {\"new\" : {\"n\": 11, \"id\": 1, \"doc\": null, \"sequitur\": \"x\"}, \"old\" : {\"n\": 10, \"id\": 1, \"doc\": {\"a\": 1}, \"sequitur\": \"x\"}, \"changed\" : [\"doc\", \"n\"]}",
        "delete from public.account where id = 2 | deleted 2 {\"new\" : null, \"old\" : {\"n\": 20, \"id\": 2, \"doc\": null, \"sequitur\": \"y\"}, \"changed\" : []}",
        "update public.account set n = n | ",
        "delete from public.account where id = 9 | ",
        "update public.line set v = 6 | updated [1, \"k\"] {\"new\" : {\"a\": 1, \"b\": \"k\", \"v\": 6}, \"old\" : {\"a\": 1, \"b\": \"k\", \"v\": 5}, \"changed\" : [\"v\"]}",
        "truncate public.account | truncated null {\"table\" : \"public.account\"}",
      })
  void changeIsAnEvent(String sql, String expected) {
    db.asOwner(sql);
    assertThat(events())
        .containsExactlyElementsOf(expected == null ? List.of() : List.of(expected));
  }

  @Test
  void keyMoveIsTheEndOfOneThingAndTheBeginningOfAnother() {
    db.execute("update public.account set id = 3 where id = 1");
    assertThat(events())
        .extracting(event -> event.substring(0, 9))
        .containsExactly("deleted 1", "created 3");
  }

  @Test
  void upsertMergeAndCopyAreCaptured() {
    db.execute(
        "insert into public.account (id, n) values (1, 99), (4, 4) on conflict (id) do update set n = excluded.n");
    db.execute(
        "merge into public.account a using (values (2), (5)) v(id) on a.id = v.id when matched then delete when not matched then insert (id, n) values (v.id, 0)");
    db.asOwner(
        "set session_replication_role = replica; update public.account set n = 5 where id = 4");
    assertThat(events())
        .extracting(event -> event.substring(0, 9))
        .containsExactlyInAnyOrder("updated 1", "created 4", "deleted 2", "created 5", "updated 4");
  }

  @Test
  void eventsComeAndGoWithTheTransaction() {
    db.jdbi()
        .useTransaction(handle -> {
          handle.execute("update public.account set n = 1 where id = 1");
          handle.execute("savepoint s");
          handle.execute("update public.account set n = 2 where id = 1");
          handle.execute("rollback to s");
        });
    assertThat(events()).singleElement().asString().contains("\"n\": 1,");
    assertThat(
            db.value(
                String.class,
                "select partition_key || ' ' || source from event where type like 'com.acme%'"))
        .isEqualTo("1 /public/account");
  }

  @Test
  void rowThatIsTooLargeForAnEventDoesNotFailTheWrite() {
    db.execute("update public.account set sequitur = repeat('x', 400000) where id = 1");
    assertThat(events())
        .containsExactly(
            "updated 1 {\"changed\" : [\"sequitur\"], \"omitted\" : [\"new\",\"old\"]}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "capture('sequitur.webhook', 'a.b')         | would never end",
        "capture('public.account', 'sequitur.mine') | the engine's own",
        "capture('public.account', 'bad type')      | cannot begin a type",
        "capture('public.log', 'a.b')               | has no primary key",
        "capture('sequitur.delivery', 'a.b')        | belongs to the engine",
        "capture('pg_class', 'a.b')                 | belongs to the engine",
        "uncapture('public.log')                    | is not captured",
      })
  void whatCannotBeCapturedIsRefused(String call, String reason) {
    assertThatThrownBy(() -> db.asOwner("select " + call)).hasMessageContaining(reason);
  }

  @Test
  void onlyWhoOwnsTheTableCapturesIt() {
    assertThatThrownBy(() -> db.execute("select capture('public.account', 'a.b')"))
        .hasMessageContaining("must be owner");
    assertThatThrownBy(() -> db.execute("select uncapture('public.account')"))
        .hasMessageContaining("must be owner");
  }

  @Test
  void uncaptureEndsIt() {
    db.asOwner("select uncapture('public.account')");
    db.execute("update public.account set n = 0");
    assertThat(events()).isEmpty();
  }

  /**
   * All transactions are open at once and have all their changes and events written, in random
   * order, before the first one commits.
   */
  @Test
  void sixteenWritersInRandomOrderWithPublishesDoNotDeadlock() throws Exception {
    long seed = System.nanoTime();
    System.out.println("seed " + seed);
    db.execute(
        "insert into public.account (id, n) select i, 0 from generate_series(100, ?) i",
        99 + WRITERS * ROWS);
    forget();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      CyclicBarrier written = new CyclicBarrier(WRITERS);
      List<Future<?>> writers = new ArrayList<>();
      for (int w = 0; w < WRITERS; w++) {
        int writer = w;
        writers.add(threads.submit(() -> write(writer, new Random(seed + writer), written)));
      }
      for (Future<?> writer : writers) {
        writer.get();
      }
    }
    assertThat(events()).hasSize(WRITERS * 5 * ROWS);
    assertThat(db.count("event where type = 'com.acme.said'")).isEqualTo(WRITERS * 5 * ROWS);
  }

  // Its own rows, in an order of its own, and nobody commits before all have written everything:
  // without Sequitur
  // nobody waits for anybody, so whoever waits here waits for something that it took, and for ever.
  private static Object write(int writer, Random random, CyclicBarrier written) throws Exception {
    for (int round = 0; round < 5; round++) {
      List<Integer> rows =
          new ArrayList<>(
              IntStream.range(0, ROWS).mapToObj(i -> 100 + i * WRITERS + writer).toList());
      Collections.shuffle(rows, random);
      try (Handle handle = db.open()) {
        handle.execute("set local lock_timeout = '5s'");
        for (int row : rows) {
          handle.execute("update public.account set n = n + 1 where id = ?", row);
          handle
              .createQuery("select publish('com.acme.said', '/said', :subject, '{}')")
              .bind("subject", "s" + random.nextInt(4))
              .mapTo(String.class)
              .one();
        }
        written.await(10, TimeUnit.SECONDS);
        handle.commit();
      }
    }
    return "written";
  }

  private static void forget() {
    db.execute("delete from event where type like 'com.acme%'");
  }

  private static List<String> events() {
    return db.jdbi()
        .withHandle(handle ->
            handle
                .createQuery(
                    """
                    select replace(replace(type, 'com.acme.account.', ''), 'com.acme.line.', '') || ' '
                           || coalesce(subject, 'null') || ' ' || (cast(body as json) ->> 'data')
                    from event e join outbox o on o.event_id = e.id
                    where type like 'com.acme.account.%' or type like 'com.acme.line.%' order by o.seq
                    """)
                .mapTo(String.class)
                .list());
  }
}
