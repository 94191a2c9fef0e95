package io.sequitur.db.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import io.sequitur.db.testing.World;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class ChangedWebhooksTest {
  private final World world = new World();
  private final ChangedWebhooks changed = new ChangedWebhooks(world.db.jdbi());

  @AfterEach
  void close() {
    world.close();
  }

  @Test
  void aWebhookIsNamedByItsOwnEventsEvenWhenItIsGone() {
    long webhook = world.webhook("w");
    long other = world.webhook("other");
    world.db.execute("update webhook set url = 'https://b.test/' where uid = ?", webhook);
    assertThat(changed.of(pending())).containsExactly(webhook);
    world.db.execute("delete from webhook where uid = ?", other);
    assertThat(changed.of(pending())).containsExactly(webhook, other);
  }

  @Test
  void aKeyValueNamesTheWebhooksThatUseIt() {
    long webhook = world.webhook("w");
    world.webhook("other");
    world.db.execute("insert into key_value (name, kind, value) values ('kv', 'static', 'v')");
    world.db.execute(
        "insert into webhook_header (webhook_uid, ordinal, name, key_value_id) select ?, 0, 'X', id from key_value",
        webhook);
    world.db.execute("delete from outbox");
    world.db.execute("update key_value set value = 'x'");
    assertThat(changed.of(pending())).containsExactly(webhook);
  }

  @Test
  void eventsOfUsersNameNothing() {
    world.webhook("w");
    assertThat(changed.of(List.of(world.publish("k")))).isEmpty();
    assertThat(changed.of(List.of())).isEmpty();
  }

  private List<UUID> pending() {
    return world.event.routing().pending(100);
  }
}
