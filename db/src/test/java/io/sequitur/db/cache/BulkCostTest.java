package io.sequitur.db.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.sequitur.db.cache.CacheStore.Content;
import io.sequitur.db.testing.TestDatabase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * What docs/caches.md says of the cost of bulk writes; the tables are written to in turn. Counts
 * the processor's time of the writer's connection, where the system tells (Linux), else the clock.
 */
@Tag("slow")
final class BulkCostTest {
  private static final int ROUNDS = 9;
  private static final List<String> TABLES = List.of("bare", "team", "each");

  @Test
  void updateOfAHundredThousandRegisteredRowsCostsAtMostTwiceAsMuch() {
    try (TestDatabase db = TestDatabase.create()) {
      make(db);
      List<List<Duration>> times = List.of(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
      Jdbi.create(db.owner().jdbcUrl(), db.owner().user(), db.owner().password())
          .useHandle(writer -> {
            for (int round = 0; round <= ROUNDS; round++) {
              for (int i = 0; i < TABLES.size(); i++) {
                Duration time = update(writer, TABLES.get(i));
                if (round > 0) {
                  times.get(i).add(time);
                }
              }
              db.jdbi().useTransaction(InvalidationStore::drain);
            }
          });
      List<Long> medians = times.stream().map(BulkCostTest::median).toList();
      System.out.println("ms for 100 000 rows: " + TABLES + " " + medians);
      assertThat(medians.get(1)).isLessThanOrEqualTo(2 * medians.get(0));
      // Every row another key: as many rows again are written.
      assertThat(medians.get(2)).isLessThanOrEqualTo(2 * medians.get(0));
    }
  }

  private static void make(TestDatabase db) {
    for (String table : TABLES) {
      db.asOwner(
          """
          create table public.%1$s (id int primary key, team_id int, name text, enabled boolean, n int not null default 0);
          create index on public.%1$s (team_id);
          insert into public.%1$s select i, i / 100, 'name ' || i, true from generate_series(1, 100000) i
          """
              .formatted(table));
      db.asOwner("vacuum analyze public." + table);
    }
    CacheStore caches = new CacheStore(db.jdbi());
    for (String[] cache : new String[][] {{"team", "t:{{ team_id }}"}, {"each", "e:{{ id }}"}}) {
      String tables = "[{\"table\": \"public.%s\"}]".formatted(cache[0]);
      var unused = caches.put("default", cache[0], new Content(cache[1], tables), null);
    }
    assertThat(CacheTriggers.attach(db.owner())).isEmpty();
  }

  private static Duration update(Handle writer, String table) {
    long pid = writer.createQuery("select pg_backend_pid()").mapTo(Long.class).one();
    Duration before = spent(pid);
    writer.execute("update public." + table + " set n = n + 1");
    Duration time = spent(pid).minus(before);
    writer.execute("vacuum public." + table);
    return time;
  }

  private static Duration spent(long pid) {
    Path scheduled = Path.of("/proc/" + pid + "/schedstat");
    try {
      return Duration.ofNanos(
          Files.exists(scheduled)
              ? Long.parseLong(Files.readString(scheduled).split(" ")[0])
              : System.nanoTime());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long median(List<Duration> times) {
    Collections.sort(times);
    return times.get(times.size() / 2).toMillis();
  }
}
