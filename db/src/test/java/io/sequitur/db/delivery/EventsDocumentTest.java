package io.sequitur.db.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.sequitur.db.testing.World;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** docs/events.md names every built-in event, and what its data holds. */
final class EventsDocumentTest {
  private static final Pattern ROW =
      Pattern.compile("(?m)^\\| `(sequitur\\.[a-z.-]+)` \\|[^|]*\\|([^|]*)\\|$");
  private static final Pattern TYPE = Pattern.compile("'(sequitur\\.[a-z.-]+)'");
  private static final Pattern CODE = Pattern.compile("`([A-Za-z]+)`");

  private final World world = new World();

  @AfterEach
  void close() {
    world.close();
  }

  @Test
  void everyTypeIsDocumentedAndNoOther() throws IOException {
    Set<String> types = new TreeSet<>(found(TYPE, EndingEvents.SAID_AND_RUNG));
    for (String kind : texts("select distinct kind from configuration_table")) {
      for (String change : List.of("created", "updated", "deleted")) {
        types.add("sequitur." + kind + "." + change);
      }
    }
    // What step 2 tells of users' caches.
    types.add("sequitur.cache.invalidated");
    assertThat(documented().keySet()).isEqualTo(types);
  }

  @Test
  void theDataIsWhatIsDocumented() throws IOException {
    happen();
    Map<String, Set<String>> documented = documented();
    List<String> types =
        texts("select distinct type from event where type like 'sequitur.%' order by 1");
    assertThat(types).hasSize(12);
    for (String type : types) {
      List<String> keys =
          texts(
              "select distinct k from event e cross join json_object_keys(e.body::json -> 'data') k where e.type = '"
                  + type
                  + "'");
      assertThat(documented.get(type)).as(type).containsExactlyInAnyOrderElementsOf(keys);
    }
  }

  /** Everything that makes an event, once. */
  private void happen() {
    for (String table : List.of("key_value", "trigger")) {
      world.db.execute(
          table.equals("trigger")
              ? "insert into trigger (name, events) values ('n', '{}')"
              : "insert into key_value (name, kind, value) values ('n', 'static', 'v')");
      world.db.execute("update " + table + " set name = 'm'");
      world.db.execute("delete from " + table);
    }
    world.db.execute("insert into trigger (name, events) values ('n', '{}')");
    world.db.execute("update trigger set events = '{a}'");
    long webhook = world.webhook("w", "ordered = true");
    end(world.claimed("a", webhook), "blocked", false);
    end(world.claimed("b", webhook), "exhausted", false);
    end(world.claimed("c", webhook), "retrying", true);
    world.db.execute("delete from webhook where uid = ?", webhook);
  }

  private void end(Claim claim, String next, boolean gone) {
    AttemptRow row = World.result(claim, next, null);
    AttemptRow ended =
        new AttemptRow(
            row.eventId(),
            row.webhookUid(),
            row.number(),
            row.at(),
            row.status(),
            row.class_(),
            row.durationMs(),
            row.configVersion(),
            row.requestHeaders(),
            null,
            "hint",
            next,
            null,
            row.keyId(),
            false,
            gone ? "https://receiver.test/" : null,
            null,
            null,
            false,
            null);
    world.delivery.results().record(List.of(ended), world.me);
  }

  private static Map<String, Set<String>> documented() throws IOException {
    Map<String, Set<String>> documented = new TreeMap<>();
    ROW.matcher(Files.readString(Path.of("..", "docs", "events.md")))
        .results()
        .forEach(row -> documented.put(row.group(1), found(CODE, row.group(2))));
    return documented;
  }

  private static Set<String> found(Pattern pattern, String text) {
    Set<String> found = new TreeSet<>();
    pattern.matcher(text).results().map((MatchResult match) -> match.group(1)).forEach(found::add);
    return found;
  }

  private List<String> texts(String sql) {
    return world.db.jdbi().withHandle(handle -> handle.select(sql).mapTo(String.class).list());
  }
}
