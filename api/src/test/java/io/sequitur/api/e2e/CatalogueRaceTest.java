package io.sequitur.api.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.sequitur.api.testing.Api;
import io.sequitur.api.testing.Api.Response;
import io.sequitur.api.testing.CatalogueSequitur;
import io.sequitur.api.testing.SequiturProcess;
import io.sequitur.api.testing.TestTerminal;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Applies that meet each other, or their end. */
@ExtendWith(CatalogueSequitur.class)
final class CatalogueRaceTest {
  private static final String APPLY = "/v1/catalogue/apply?prune=true";
  private static final String WAITING = "select count(*) from pg_locks where not granted";
  private static final String SESSIONS =
      "select count(*) from pg_stat_activity where application_name = 'sequitur'";

  private final SequiturProcess sequitur;
  private Api api;

  CatalogueRaceTest(SequiturProcess sequitur) {
    this.sequitur = sequitur;
    this.api = sequitur.api();
  }

  @BeforeEach
  void begin() {
    api.post(APPLY, file("first", "v1")).expect(200);
  }

  @Test
  void applyThatIsKilledInTheMiddleChangesNothing() throws SQLException {
    String before = catalogue();
    try (Connection other = sequitur.pg().connect();
        Statement statement = other.createStatement()) {
      other.setAutoCommit(false);
      // The file's webhook has to wait for this one of the same name, when its key-value is
      // written.
      statement.execute(
          "insert into sequitur.webhook (name, url) values ('second', 'https://other.example.com/')");
      CompletableFuture<Response> applying = api.postLater(APPLY, file("second", "v2"));
      awaitWaiter();
      sequitur.kill();
      assertThat(applying).failsWithin(Duration.ofSeconds(10));
      other.rollback();
    } finally {
      // Not before the killed process's sessions are gone. A connection for each look: inside one
      // transaction pg_stat_activity always says what it said first.
      EndToEnd.eventually("the killed process's transactions end")
          .until(() -> sequitur.pg().count(SESSIONS) == 0);
      sequitur.restart();
      api = sequitur.api();
    }
    assertThat(catalogue()).isEqualTo(before);
    api.post(APPLY, file("second", "v2")).expect(200);
    assertThat(catalogue()).contains("second", "v2").doesNotContain("first");
  }

  @Test
  void ofTwoAppliesAtOnceOneWinsAndTheOtherIsTold() throws SQLException {
    List<CompletableFuture<Response>> applying = new ArrayList<>();
    try (Connection other = sequitur.pg().connect();
        Statement statement = other.createStatement()) {
      other.setAutoCommit(false);
      statement.execute("select 1 from sequitur.webhook for update");
      applying.add(api.postLater(APPLY, file("left", "l")));
      applying.add(api.postLater(APPLY, file("right", "r")));
      // One waits for this transaction, and the other for the first one.
      EndToEnd.eventually("both wait").until(() -> sequitur.pg().count(WAITING) >= 2);
      other.commit();
    }
    List<Response> answers = applying.stream().map(CompletableFuture::join).toList();
    assertThat(answers).extracting(Response::status).containsExactlyInAnyOrder(200, 409);
    int loser = answers.get(0).status() == 409 ? 0 : 1;
    assertThat(answers.get(loser).json().get("detail").textValue())
        .contains("changed meanwhile", "nothing of this file was applied");
    String winner = loser == 0 ? "right" : "left";
    assertThat(catalogue()).contains(winner).doesNotContain(loser == 0 ? "left" : "right");
  }

  @Test
  void theSameFileTwiceAtOnceIsNoConflict() throws SQLException {
    List<CompletableFuture<Response>> applying = new ArrayList<>();
    try (Connection other = sequitur.pg().connect();
        Statement statement = other.createStatement()) {
      other.setAutoCommit(false);
      statement.execute("select 1 from sequitur.webhook for update");
      applying.add(api.postLater(APPLY, file("same", "s")));
      applying.add(api.postLater(APPLY, file("same", "s")));
      EndToEnd.eventually("both wait").until(() -> sequitur.pg().count(WAITING) >= 2);
      other.commit();
    }
    assertThat(applying)
        .extracting(one -> one.join().expect(200).json().at("/summary/unchanged").intValue())
        .containsExactlyInAnyOrder(0, 2);
  }

  @Test
  void whatWasPlannedIsAppliedOnlyToTheCatalogueItWasPlannedAgainst() {
    Response plan = api.post("/v1/catalogue/plan?prune=true", file("next", "n")).expect(200);
    String version = plan.json().get("version").textValue();
    assertThat(plan.header("ETag")).isEqualTo('"' + version + '"');
    assertThat(api.get("/v1/catalogue").header("ETag")).isEqualTo(plan.header("ETag"));

    api.put("/v1/key-values/other", "{\"kind\":\"static\",\"value\":\"o\"}").expect(201);
    String before = catalogue();
    Response stale = api.post(APPLY, file("next", "n"), "If-Match", plan.header("ETag"));
    assertThat(stale.expect(412).body()).contains("no longer the version");
    assertThat(catalogue()).isEqualTo(before);

    String now = api.get("/v1/catalogue").header("ETag");
    Response applied = api.post(APPLY, file("next", "n"), "If-Match", now).expect(200);
    assertThat(applied.header("ETag")).isNotEqualTo(now);
    assertThat(api.get("/v1/catalogue").header("ETag")).isEqualTo(applied.header("ETag"));
  }

  @Test
  void planPrintsTheVersionThatApplyTakes() {
    TestTerminal plan = terminal("typed");
    assertThat(plan.run("plan", "-f", "-")).isEqualTo(3);
    String version = plan.out().replaceAll("(?s).*--planned (\\w+).*", "$1");
    api.delete("/v1/webhooks/first").expect(204);
    TestTerminal stale = terminal("typed");
    assertThat(stale.run("apply", "-f", "-", "--planned", version)).isEqualTo(1);
    assertThat(stale.err()).contains("no longer the version");
    assertThat(catalogue()).doesNotContain("typed");

    TestTerminal again = terminal("typed");
    again.run("plan", "-f", "-");
    String current = again.out().replaceAll("(?s).*--planned (\\w+).*", "$1");
    TestTerminal apply = terminal("typed");
    assertThat(apply.run("apply", "-f", "-", "--planned", current)).as(apply.err()).isZero();
    assertThat(catalogue()).contains("typed");
  }

  @Test
  void signingKeysAndHeadersCountForTheVersion() {
    String version = api.get("/v1/catalogue").header("ETag");
    int rows = sequitur.pg().update("update sequitur.signing_key set expires_at = now()");
    assertThat(rows).isPositive();
    String rotated = api.get("/v1/catalogue").header("ETag");
    assertThat(rotated).isNotEqualTo(version);
    sequitur
        .pg()
        .update(
            """
            insert into sequitur.webhook_header (webhook_uid, ordinal, name, value)
            select uid, 7, 'X-By-Hand', 'v' from sequitur.webhook\
            """);
    assertThat(api.get("/v1/catalogue").header("ETag")).isNotEqualTo(rotated);
  }

  private static String file(String webhook, String value) {
    return """
    keyValues: [{name: token, kind: static, value: %s}]
    webhooks: [{name: %s, url: "https://%s.example.com/", headers: [{name: X-A, keyValue: token}]}]
    """
        .formatted(value, webhook, webhook);
  }

  private TestTerminal terminal(String webhook) {
    return new TestTerminal()
        .with("SEQUITUR_URL", sequitur.url())
        .typing(file(webhook, "from the command line"));
  }

  private void awaitWaiter() {
    EndToEnd.eventually("apply waits").until(() -> sequitur.pg().count(WAITING) > 0);
  }

  private String catalogue() {
    return api.get("/v1/catalogue").expect(200).body();
  }
}
