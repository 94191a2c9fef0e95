package io.sequitur.api.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sequitur.api.testing.Api;
import io.sequitur.api.testing.CatalogueSequitur;
import io.sequitur.api.testing.SequiturProcess;
import io.sequitur.api.testing.TestTerminal;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Reconciling, on a catalogue of its own. */
@ExtendWith(CatalogueSequitur.class)
final class ReconcileTest {
  private static final String RECONCILE = "/v1/catalogue/reconcile";

  private final SequiturProcess sequitur;
  private final Api api;

  ReconcileTest(SequiturProcess sequitur) {
    this.sequitur = sequitur;
    this.api = sequitur.api();
  }

  @BeforeEach
  void empty() {
    api.post("/v1/catalogue/apply?prune=true", "{}").expect(200);
    reconcile();
  }

  @Test
  @DisplayName("configure_all: every sort of trigger is reported once, then all are unchanged")
  void createdUpdatedAndDeletedAreReportedOnceThenAllAreUnchanged() {
    webhook("erp", true, "a");
    webhook("shop", true, "a");
    webhook("silent", false, "a");
    trigger("mine", "a");
    assertThat(reconcile())
        .containsExactly("created mine", "created webhook::erp", "created webhook::shop");
    assertThat(reconcile()).isEmpty();
    assertThat(summary()).isEqualTo("0 0 0 3 0 0");

    trigger("mine", "b");
    webhook("erp", true, "b");
    webhook("shop", false, "a");
    assertThat(reconcile())
        .containsExactly("updated mine", "updated webhook::erp", "deleted webhook::shop");
    assertThat(reconcile()).isEmpty();
    api.delete("/v1/triggers/mine").expect(204);
    assertThat(reconcile()).containsExactly("deleted mine");
  }

  @Test
  void oneInvalidDefinitionIsToldWithItsReasonAndStopsNobodyElse() {
    webhook("erp", true, "a");
    trigger("mine", "a");
    sequitur
        .pg()
        .update(
            "insert into sequitur.trigger (name, events, filter) values ('broken', '{a}', 'data.(')");
    JsonNode report = api.post(RECONCILE, "").expect(200).json();
    assertThat(lines(report))
        .containsExactly("failed broken", "created mine", "created webhook::erp");
    assertThat(report.at("/triggers/0/reason").textValue()).contains("column");
    assertThat(reconcile()).containsExactly("failed broken");
    sequitur.pg().update("update sequitur.trigger set filter = 'true' where name = 'broken'");
    assertThat(reconcile()).containsExactly("updated broken");
  }

  @Test
  void dryRunTellsTheSameAndRemembersNothing() {
    trigger("mine", "a");
    String before = api.get(RECONCILE).expect(200).body();
    JsonNode dry = api.post(RECONCILE + "?dryRun=true", "").expect(200).json();
    assertThat(dry.get("state").textValue()).isEqualTo("dryRun");
    assertThat(lines(dry)).containsExactly("created mine");
    assertThat(api.get(RECONCILE).body()).isEqualTo(before);
    assertThat(reconcile()).containsExactly("created mine");
  }

  @Test
  void reportNamesItsWorkflowAndStaysUntilTheNext() {
    trigger("mine", "a");
    JsonNode report = api.post(RECONCILE, "").expect(200).json();
    assertThat(report.at("/workflow/id").textValue()).isEqualTo("reconcile:default");
    assertThat(report.at("/workflow/runId").textValue()).isNotEmpty();
    assertThat(report.get("durationMs").intValue()).isNotNegative();
    assertThat(api.get(RECONCILE).expect(200).json()).isEqualTo(report);
  }

  @Test
  void itIsPlannedForTheComingNight() {
    trigger("mine", "a");
    reconcile();
    assertThat(
            sequitur
                .pg()
                .count(
                    """
                    select count(*) from sequitur.reconciliation where tenant = 'default' and due_at > now()
                      and due_at < now() + interval '26 hours' and extract(hour from due_at at time zone 'UTC') in (3, 4)\
                    """))
        .isOne();
  }

  @Test
  void wordsThatAreNeitherTrueNorFalseAreRefused() {
    assertThat(api.post(RECONCILE + "?dryRun=yes", "").expect(400).body())
        .contains("dryRun must be true or false");
  }

  @Test
  void commandPrintsALineForEachTriggerAndTheSum() {
    trigger("mine", "a");
    TestTerminal dry = terminal();
    assertThat(dry.run("reconcile", "--dry-run")).isEqualTo(3);
    TestTerminal now = terminal();
    assertThat(now.run("reconcile")).as(now.err()).isZero();
    assertThat(now.out())
        .isEqualTo(
            """
            + created trigger mine
            1 created, 0 updated, 0 refreshed, 0 unchanged, 0 deleted, 0 failed
            """);
    assertThat(dry.out()).isEqualTo(now.out());
    TestTerminal last = terminal();
    assertThat(last.run("reconcile", "--last")).isZero();
    assertThat(last.out()).isEqualTo(now.out());

    sequitur.pg().update("update sequitur.trigger set filter = 'data.('");
    TestTerminal failed = terminal();
    assertThat(failed.run("reconcile")).isEqualTo(1);
    assertThat(failed.out()).contains("! failed trigger mine: ", "1 failed");
  }

  private TestTerminal terminal() {
    return new TestTerminal().with("SEQUITUR_URL", sequitur.url());
  }

  private List<String> reconcile() {
    return lines(api.post(RECONCILE, "").expect(200).json());
  }

  private static List<String> lines(JsonNode report) {
    List<String> lines = new ArrayList<>();
    for (JsonNode trigger : report.get("triggers")) {
      lines.add(trigger.get("outcome").textValue() + " " + trigger.get("name").textValue());
    }
    return lines;
  }

  private String summary() {
    StringBuilder counts = new StringBuilder();
    api.get(RECONCILE).json().get("summary").forEach(count -> counts.append(count).append(' '));
    return counts.toString().strip();
  }

  private void webhook(String name, boolean active, String event) {
    int status =
        api.put(
                "/v1/webhooks/" + name,
                "{\"url\":\"https://a.example.com/\",\"active\":%s,\"events\":[\"%s\"]}"
                    .formatted(active, event))
            .status();
    assertThat(status).isIn(200, 201);
  }

  private void trigger(String name, String event) {
    int status =
        api.put(
                "/v1/triggers/" + name,
                "{\"on\":{\"events\":[\"%s\"]},\"actions\":[{\"deliver\":[]}]}".formatted(event))
            .status();
    assertThat(status).isIn(200, 201);
  }
}
