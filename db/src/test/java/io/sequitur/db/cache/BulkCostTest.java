package io.sequitur.db.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.sequitur.db.cache.CacheStore.Content;
import io.sequitur.db.testing.TestDatabase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What docs/caches.md says of the cost of bulk writes; the tables are written to in turn. */
@Tag("slow")
final class BulkCostTest {
  private static final int ROUNDS = 5;

  @Test
  void updateOfAHundredThousandRegisteredRowsCostsAtMostTwiceAsMuch() {
    try (TestDatabase db = TestDatabase.create()) {
      CacheStore caches = new CacheStore(db.jdbi());
      List<String> tables = List.of("bare", "team", "each");
      for (String table : tables) {
        db.asOwner(
            """
            create table public.%1$s (id int primary key, team_id int, name text, enabled boolean, n int not null default 0);
            create index on public.%1$s (team_id);
            insert into public.%1$s select i, i / 100, 'name ' || i, true from generate_series(1, 100000) i
            """
                .formatted(table));
        db.asOwner("vacuum analyze public." + table);
      }
      var one =
          caches.put(
              "default",
              "t",
              new Content("t:{{ team_id }}", "[{\"table\": \"public.team\"}]"),
              null);
      var two =
          caches.put(
              "default", "e", new Content("e:{{ id }}", "[{\"table\": \"public.each\"}]"), null);
      assertThat(CacheTriggers.attach(db.owner())).as("%s %s", one, two).isEmpty();
      List<List<Duration>> times = List.of(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
      for (int round = 0; round <= ROUNDS; round++) {
        for (int i = 0; i < tables.size(); i++) {
          long start = System.nanoTime();
          db.asOwner("update public." + tables.get(i) + " set n = n + 1");
          if (round > 0) {
            times.get(i).add(Duration.ofNanos(System.nanoTime() - start));
          }
          db.asOwner("vacuum public." + tables.get(i));
        }
        db.jdbi().useTransaction(InvalidationStore::drain);
      }
      List<Long> medians = times.stream().map(BulkCostTest::median).toList();
      System.out.println("ms for 100 000 rows: " + tables + " " + medians);
      assertThat(medians.get(1)).isLessThanOrEqualTo(2 * medians.get(0));
      // Every row another key: as many rows again are written.
      assertThat(medians.get(2)).isLessThanOrEqualTo(3 * medians.get(0));
    }
  }

  private static long median(List<Duration> times) {
    Collections.sort(times);
    return times.get(times.size() / 2).toMillis();
  }
}
