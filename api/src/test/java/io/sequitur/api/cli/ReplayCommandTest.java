package io.sequitur.api.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ReplayCommandTest extends AgainstFakeApi {
  private static final String RUNNING =
      """
      {"id":"rpl_1","webhook":"erp","state":"running","total":10,"delivered":4,"failed":1,"remaining":5,"retrying":1,"underWay":2,
       "states":["delivered"],"rate":20.0,"until":"2026-05-01T12:00:00Z","createdAt":"2026-05-01T12:00:00Z","createdBy":"local",
       "lastError":{"hint":"It answered 500."},
       "failures":[{"delivery":"dlv_1","attempt":2,"at":"2026-05-01T12:00:10Z","status":500,"class":"HTTP_SERVER_ERROR","givenUp":true}],
       "availableActions":[{"action":"pause","available":true},{"action":"resume","available":false,"reason":"It is running already."}]}
      """;

  @Test
  void windowIsSentAndWhatWasStartedIsSaid() {
    api.on("POST /v1/replays", 201, RUNNING);
    int exit =
        terminal.run(
            "replay",
            "start",
            "--webhook",
            "erp",
            "--since",
            "2026-05-01T10:00:00Z",
            "--types",
            "a.*,b",
            "--states",
            "exhausted,skipped",
            "--rate",
            "20");
    assertThat(exit).isZero();
    assertThat(terminal.out())
        .isEqualTo("started rpl_1: 4 of 10 delivered, 1 given up, 5 remaining\n");
    assertThat(api.request().body())
        .isEqualTo(
            "{\"webhook\":\"erp\",\"since\":\"2026-05-01T10:00:00Z\",\"types\":[\"a.*\",\"b\"],\"states\":[\"exhausted\",\"skipped\"],\"rate\":20.0}");
  }

  @Test
  void whatIsHeldFromItsStartSaysWhy() {
    api.on(
        "POST /v1/replays",
        201,
        RUNNING.replace("\"running\"", "\"held\",\"reason\":\"Its webhook is inactive.\""));
    terminal.run("replay", "start", "--webhook", "erp");
    assertThat(terminal.out())
        .isEqualTo(
            "started rpl_1: 4 of 10 delivered, 1 given up, 5 remaining\nheld: Its webhook is inactive.\n");
  }

  @Test
  void dryRunSaysHowManyOfWhichState() {
    api.on(
        "POST /v1/replays",
        200,
        "{\"dryRun\":true,\"webhook\":\"erp\",\"count\":3,\"states\":[{\"state\":\"delivered\",\"count\":3}]}");
    terminal.run("replay", "start", "--webhook", "erp", "--dry-run");
    assertThat(terminal.out()).isEqualTo("3 deliveries, if this were no dry run\n3 delivered\n");
  }

  @Test
  void waitingEndsWithTheReplayAndFailsWhenSomethingWasGivenUp() {
    api.on("POST /v1/replays", 201, RUNNING);
    api.on(
        "GET /v1/replays/rpl_1",
        200,
        RUNNING
            .replace("\"running\"", "\"completed\"")
            .replace("\"remaining\":5", "\"remaining\":0"));
    assertThat(terminal.run("replay", "start", "--webhook", "erp", "--wait")).isOne();
    assertThat(terminal.out())
        .isEqualTo("completed rpl_1: 4 of 10 delivered, 1 given up, 0 remaining\n");
  }

  @Test
  void oneIsShownWithWhatFailedAndWhatCanBeDone() {
    api.on("GET /v1/replays/rpl_1", 200, RUNNING);
    terminal.run("replay", "show", "rpl_1");
    assertThat(terminal.out())
        .contains("given up      1\n")
        .contains("last failure  It answered 500.")
        .containsPattern("dlv_1 +2 +2026-05-01T12:00:10Z +500 +HTTP_SERVER_ERROR +yes")
        .contains("sequitur replay pause rpl_1")
        .doesNotContain("replay resume");
  }

  @Test
  void actionSaysHowFarItIs() {
    api.on("POST /v1/replays/rpl_1/pause", 200, RUNNING.replace("\"running\"", "\"paused\""));
    terminal.run("replay", "pause", "rpl_1");
    assertThat(terminal.out())
        .isEqualTo("paused rpl_1: 4 of 10 delivered, 1 given up, 5 remaining\n");
  }

  @Test
  void withoutAWebhookItIsMisuse() {
    assertThat(terminal.run("replay", "start")).isEqualTo(2);
    assertThat(terminal.run("replay", "start", "--webhook", "erp", "--dry-run", "--wait"))
        .isEqualTo(2);
  }
}
