package io.sequitur.api.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sequitur.api.testing.FakeReceiver;
import io.sequitur.api.testing.Pg;
import io.sequitur.api.testing.SequiturProcess;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What a target is given: all of it, of one moment, and never less by mistake. */
final class SyncSetTest extends SyncEndToEnd {
  SyncSetTest(SequiturProcess sequitur, FakeReceiver receiver) {
    super(sequitur, receiver);
  }

  // As BackgroundSync_DoesNotPostsEmptyContent, on every path.
  @Test
  void aSetThatShrinksWithoutDeletionsWaitsForItsConfirmation() {
    // Only webhooks are switched off below.
    pg().update("delete from sequitur.trigger");
    webhook("");
    clean("");
    JsonNode before = api.get(target + "/triggers").expect(200).json();
    String kept = "sequitur_switched_off_" + name;
    pg().update("create table " + kept + " as select uid from sequitur.webhook where active");
    try {
      pg().update("update sequitur.webhook set active = false");
      awaitTarget("SUPPRESSED");
      JsonNode shown = show();
      assertThat(shown.get("reason").textValue()).contains("nobody deleted");
      assertThat(api.get(target + "/triggers").expect(200).json()).isEqualTo(before);
      assertThat(
              api.post(target + "/sync?wait=applied", "")
                  .expect(202)
                  .json()
                  .get("state")
                  .textValue())
          .isEqualTo("SUPPRESSED");
      int told = notices().size();
      long held = shown.at("/desired/generation").longValue();
      api.post(target + "/confirm", "{\"generation\":" + (held - 1) + "}").expect(409);
      api.post(target + "/confirm", "{\"generation\":" + held + "}").expect(200);
      notice(told + 1);
      follow();
      assertThat(state()).isEqualTo("CLEAN");
      assertThat(show().get("applied").longValue()).isEqualTo(held);
      api.post(target + "/confirm", "{\"generation\":" + held + "}").expect(409);
    } finally {
      pg().update(
              "update sequitur.webhook w set active = true from "
                  + kept
                  + " k where k.uid = w.uid");
      pg().update("drop table " + kept);
    }
  }

  @Test
  void deletionsExplainASmallerSet() {
    for (int i = 0; i < 40; i++) {
      api.put(
              "/v1/triggers/" + name + "-" + i,
              "{\"on\":{},\"actions\":[{\"invalidate\":[\"k\"]}]}")
          .expect(201);
    }
    clean("");
    pg().update("delete from sequitur.trigger");
    assertThat(state()).isEqualTo("DIRTY");
    follow();
    assertThat(state()).isEqualTo("CLEAN");
  }

  @Test
  void pagesAreOfOneGeneration() {
    webhook("");
    for (int i = 0; i < 5; i++) {
      api.put(
              "/v1/triggers/" + name + "-" + i,
              "{\"on\":{},\"actions\":[{\"invalidate\":[\"k\"]}]}")
          .expect(201);
    }
    register("\"debounce\":\"1m\"");
    JsonNode whole = api.get(target + "/triggers").expect(200).json();
    JsonNode page = api.get(target + "/triggers?limit=2").expect(200).json();
    List<JsonNode> items = new ArrayList<>();
    page.get("items").forEach(items::add);
    api.put("/v1/webhooks/" + name, definition("\"ordered\":true")).expect(200);
    while (page.hasNonNull("next")) {
      page =
          api.get(target + "/triggers?limit=2&cursor=" + page.get("next").textValue())
              .expect(200)
              .json();
      assertThat(page.get("generation")).isEqualTo(whole.get("generation"));
      page.get("items").forEach(items::add);
    }
    List<JsonNode> all = new ArrayList<>();
    whole.get("items").forEach(all::add);
    assertThat(items).isEqualTo(all);
    api.get(target + "/triggers?cursor=nonsense").expect(400);
    IntStream.range(0, 5).forEach(i -> api.delete("/v1/triggers/" + name + "-" + i));
  }

  // As GetHostJsonExtensionsAsyncTest.
  @Test
  void aDefinitionThatBecameInvalidSpoilsNoSet() {
    webhook("");
    api.put("/v1/triggers/" + name, "{\"on\":{},\"actions\":[{\"invalidate\":[\"k\"]}]}")
        .expect(201);
    pg().update("update sequitur.trigger set filter = 'no CEL ((' where name = ?", name);
    clean("");
    assertThat(api.get(target + "/triggers").expect(200).body())
        .contains("no CEL ((", "webhook::" + name);
  }

  // No test of the host: what it wrote is visible only when it commits, whoever committed before.
  @Test
  void whatIsCommittedLateIsTold() throws SQLException {
    webhook("");
    clean("");
    int told = notices().size();
    try (Connection slow = pg().connect()) {
      slow.setAutoCommit(false);
      Pg.text(
          slow,
          "update sequitur.webhook set retry = '9s' where name = '%s' returning name"
              .formatted(name));
      api.put("/v1/triggers/" + name, "{\"on\":{},\"actions\":[{\"invalidate\":[\"k\"]}]}")
          .expect(201);
      notice(told + 1);
      follow();
      assertThat(state()).isEqualTo("CLEAN");
      slow.commit();
    }
    assertThat(state()).isEqualTo("DIRTY");
    notice(told + 2);
    assertThat(api.get(target + "/triggers").expect(200).body()).contains("\"9s\"");
  }
}
