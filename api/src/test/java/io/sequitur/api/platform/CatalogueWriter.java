package io.sequitur.api.platform;

import io.sequitur.api.platform.Change.Rotation;
import io.sequitur.api.testing.Api;
import io.sequitur.api.testing.Pg;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.IntSupplier;
import java.util.function.Supplier;

/** Changes a webhook and some triggers of its own, by API and by SQL, one after the other. */
final class CatalogueWriter {
  private static final int TRIGGERS = 4;

  private final Supplier<Api> server;
  private final Supplier<Pg> database;
  private final ChangeLog log;
  private final Random random;
  private final String name;

  /** What each thing was last, as far as this writer knows. */
  private final Map<String, String> values = new HashMap<>();

  CatalogueWriter(
      Supplier<Api> server, Supplier<Pg> database, ChangeLog log, Random random, String name) {
    this.server = server;
    this.database = database;
    this.log = log;
    this.random = random;
    this.name = name;
  }

  /** Everything is there once. */
  void begin() {
    putWebhook();
    for (int i = 0; i < TRIGGERS; i++) {
      putTrigger(trigger(i), log.newValue());
    }
  }

  /** And gone. */
  void end() {
    for (int i = 0; i < TRIGGERS; i++) {
      int unused = server.get().delete("/v1/triggers/" + trigger(i)).status();
    }
    int unused = server.get().delete("/v1/webhooks/" + name).status();
  }

  void change() throws SQLException {
    String trigger = trigger(random.nextInt(TRIGGERS));
    switch (random.nextInt(12)) {
      case 0, 1 -> putTrigger(trigger, log.newValue());
      case 2, 3 -> describe(List.of(trigger));
      case 4 -> describe(List.of(trigger(0), trigger(1), trigger(2)));
      case 5 -> deleteTrigger(trigger);
      case 6 -> delete(trigger);
      case 7 -> putWebhook();
      case 8 -> moveWebhook();
      case 9 -> switchWebhook();
      case 10 -> rotate();
      default -> thereAndBack(trigger);
    }
  }

  private void putTrigger(String trigger, String value) {
    call(
        trigger,
        value,
        () ->
            server
                .get()
                .put(
                    "/v1/triggers/" + trigger,
                    "{\"description\":\"%s\",\"on\":{},\"actions\":[{\"invalidate\":[\"k\"]}]}"
                        .formatted(value))
                .status());
  }

  // Nothing is new if nobody was told of what came between.
  private void thereAndBack(String trigger) {
    String before = values.getOrDefault(trigger, Change.GONE);
    putTrigger(trigger, log.newValue());
    if (before.equals(Change.GONE)) {
      deleteTrigger(trigger);
    } else {
      putTrigger(trigger, before);
    }
  }

  private void deleteTrigger(String trigger) {
    call(trigger, Change.GONE, () -> server.get().delete("/v1/triggers/" + trigger).status());
  }

  private void putWebhook() {
    String url = url();
    call(
        "webhook::" + name,
        url,
        () ->
            server
                .get()
                .put(
                    "/v1/webhooks/" + name,
                    "{\"url\":\"%s\",\"events\":[\"never.%s\"]}".formatted(url, name))
                .status());
  }

  private String url() {
    return "http://127.0.0.1:9/" + log.newValue();
  }

  private void call(String thing, String value, IntSupplier request) {
    long begun = System.nanoTime();
    long acknowledged = Change.NEVER;
    try {
      int status = request.getAsInt();
      if (status < 300 || status == 404) {
        acknowledged = System.nanoTime();
      } else if (status < 500) {
        throw new AssertionError(thing + ": " + status);
      }
    } catch (UncheckedIOException e) {
      // Nobody knows what became of it.
      acknowledged = Change.NEVER;
    }
    values.put(thing, value);
    log.changed(new Change(thing, value, begun, acknowledged));
  }

  private void rotate() {
    long begun = System.nanoTime();
    try {
      int status = server.get().post("/v1/webhooks/" + name + "/rotate-secret", "{}").status();
      if (status == 200) {
        log.rotated(new Rotation("webhook::" + name, begun, System.nanoTime()));
      }
    } catch (UncheckedIOException e) {
      // What nobody knows says nothing about which secrets are outdated.
      return;
    }
  }

  private void describe(List<String> triggers) throws SQLException {
    String value = log.newValue();
    transact(
        random.nextInt(5) == 0,
        triggers.stream()
            .map(trigger ->
                new Update(
                    trigger,
                    value,
                    "update sequitur.trigger set description = ? where name = ?",
                    List.of(value, trigger)))
            .toList());
  }

  private void delete(String trigger) throws SQLException {
    transact(
        false,
        List.of(
            new Update(
                trigger,
                Change.GONE,
                "delete from sequitur.trigger where name = ?",
                List.of(trigger))));
  }

  private void moveWebhook() throws SQLException {
    String url = url();
    transact(
        random.nextInt(5) == 0,
        List.of(
            new Update(
                "webhook::" + name,
                url,
                "update sequitur.webhook set url = ? where name = ? and active",
                List.of(url, name))));
  }

  // What is off feeds nothing, so it is not in the set.
  private void switchWebhook() throws SQLException {
    String thing = "webhook::" + name;
    transact(
        false,
        List.of(
            new Update(
                thing,
                Change.GONE,
                "update sequitur.webhook set active = false where name = ?",
                List.of(name))));
    String url = url();
    transact(
        false,
        List.of(
            new Update(
                thing,
                url,
                "update sequitur.webhook set active = true, url = ? where name = ?",
                List.of(url, name))));
  }

  private record Update(String thing, String value, String sql, List<String> parameters) {}

  private void transact(boolean rollBack, List<Update> updates) throws SQLException {
    List<Change> made = new ArrayList<>();
    try (Connection connection = database.get().connect()) {
      connection.setAutoCommit(false);
      long begun = System.nanoTime();
      for (Update update : updates) {
        if (execute(connection, update) > 0) {
          made.add(new Change(update.thing, update.value, begun, Change.NEVER));
        }
      }
      if (rollBack) {
        connection.rollback();
        return;
      }
      connection.commit();
    }
    long acknowledged = System.nanoTime();
    for (Change change : made) {
      values.put(change.thing(), change.value());
      log.changed(new Change(change.thing(), change.value(), change.begun(), acknowledged));
    }
  }

  private static int execute(Connection connection, Update update) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(update.sql)) {
      for (int i = 0; i < update.parameters.size(); i++) {
        statement.setString(i + 1, update.parameters.get(i));
      }
      return statement.executeUpdate();
    }
  }

  private String trigger(int number) {
    return name + "-" + number;
  }
}
