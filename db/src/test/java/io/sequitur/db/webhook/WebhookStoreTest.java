package io.sequitur.db.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import io.sequitur.db.testing.Plans;
import io.sequitur.db.testing.World;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class WebhookStoreTest {
  private static final int MANY = 4_000;
  private static final Pattern THROWN_AWAY = Pattern.compile("Rows Removed by .*: (\\d+)");

  private final World world = new World();
  private final Plans plans = new Plans(world.db);

  @AfterEach
  void close() {
    plans.close();
    world.close();
  }

  /** As right after a big catalogue was applied: nothing has been analyzed yet. */
  @Test
  void manyAreReadWithoutReadingTheRowsOfOthersForEach() {
    for (String table : List.of("webhook", "webhook_header", "signing_key")) {
      world.db.asOwner("alter table " + table + " set (autovacuum_enabled = off)");
    }
    world.db.execute(
        """
        with w as (insert into webhook (name, url) select 'w' || n, 'https://receiver.test/' from generate_series(1, %d) n
                   returning uid),
             h as (insert into webhook_header (webhook_uid, ordinal, name, value) select uid, 0, 'x-a', 'a' from w)
        insert into signing_key (webhook_uid, secret) select uid, cast(repeat('k', 600) as bytea) from w
        """
            .formatted(MANY));
    long unused = world.db.value(Long.class, "select count(*) from drain_invalidation()");
    WebhookStore store = new WebhookStore(plans.jdbi());
    List<String> made =
        plans.of(() ->
            plans
                .jdbi()
                .useHandle(handle -> assertThat(store.all(handle, "default")).hasSize(MANY)));
    for (String plan : made) {
      List<String> thrownAway =
          THROWN_AWAY.matcher(plan).results().map((MatchResult r) -> r.group(1)).toList();
      assertThat(thrownAway).as(plan).allSatisfy(n -> assertThat(n.length()).isLessThan(3));
    }
  }
}
