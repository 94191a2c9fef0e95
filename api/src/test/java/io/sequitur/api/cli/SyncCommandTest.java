package io.sequitur.api.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SyncCommandTest extends AgainstFakeApi {
  @Test
  void whereItStandsIsPrintedAndRecordedIsAlwaysThere() {
    api.on("POST /v1/sync-targets/scaler/sync?wait=recorded", 202, standing("DIRTY", 7, 6, 5));

    assertThat(terminal.run("sync", "request", "scaler")).isZero();
    assertThat(terminal.out())
        .isEqualTo(
            """
            state     DIRTY
            desired   generation=7  hash=60303ae2
            notified  6
            applied   5
            error     It answered 500.
            """);
    assertThat(api.request().body()).isEmpty();
  }

  @ParameterizedTest(name = "--wait {0}: {1} with notified {2} is {3}")
  @CsvSource({
    "recorded, 202, 6, 0",
    "notified, 202, 6, 1",
    "notified, 202, 7, 0",
    "notified, 200, 7, 0",
    "applied,  202, 7, 1",
    "applied,  200, 7, 0",
    "APPLIED,  200, 7, 0",
  })
  void whatDidNotComeIsAFailure(String wait, int status, int notified, int exit) {
    api.on(
        "POST /v1/sync-targets/scaler/sync?wait=" + wait.toLowerCase(Locale.ROOT),
        status,
        standing(status == 200 ? "CLEAN" : "AWAITING_ACK", 7, notified, 5));

    assertThat(terminal.run("sync", "request", "scaler", "--wait", wait)).isEqualTo(exit);
    assertThat(terminal.err()).as("it was said on the other stream").isEmpty();
  }

  @Test
  void asJsonItIsTheServersAnswerAndTheExitCodeIsTheSame() {
    String answer = standing("NACKED", 7, 7, 5);
    api.on("POST /v1/sync-targets/scaler/sync?wait=applied", 202, answer);

    assertThat(terminal.run("sync", "request", "scaler", "--wait", "applied", "-o", "json"))
        .isOne();
    assertThat(terminal.out().replaceAll("\\s", "")).isEqualTo(answer.replaceAll("\\s", ""));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "sync",
        "sync request",
        "sync request scaler --wait",
        "sync request scaler --wait forever",
        "sync request scaler crane",
        "sync status",
        "sync status scaler --limit many",
        "sync confirm",
        "sync confirm scaler --generation",
        "sync confirm scaler --generation seven",
        "sync-target",
        "sync-target set scaler",
        "sync-target set --url https://scaler.example.com/",
        "sync-target set scaler --url https://scaler.example.com/ --quiet-time 5m",
        "sync-target rotate-secret",
      })
  void whatCannotBeMeantIsMisuseAndAsksNobody(String command) {
    assertThat(terminal.run(command.split(" "))).isEqualTo(2);
    assertThat(terminal.err()).startsWith("sequitur: ").contains("Usage: sequitur sync");
    assertThat(terminal.out()).isEmpty();
    assertThat(api.requests()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "sync request scalar              | POST /v1/sync-targets/scalar/sync?wait=recorded",
        "sync status scalar               | GET /v1/sync-targets/scalar",
        "sync confirm scalar              | GET /v1/sync-targets/scalar",
        "sync confirm scalar --generation 7 | POST /v1/sync-targets/scalar/confirm",
        "sync-target show scalar          | GET /v1/sync-targets/scalar",
        "sync-target delete scalar        | DELETE /v1/sync-targets/scalar",
        "sync-target rotate-secret scalar | POST /v1/sync-targets/scalar/rotate-secret",
      })
  void anUnknownTargetIsAnsweredWithTheOneThatWasMeant(String command, String line) {
    api.on(
        line,
        404,
        "{\"title\":\"There is nothing here\",\"detail\":\"There is no sync-target scalar; did you mean scaler?\"}");

    assertThat(terminal.run(command.split(" "))).isOne();
    assertThat(terminal.err())
        .isEqualTo("sequitur: no sync-target \"scalar\"; did you mean scaler?\n");
    assertThat(terminal.out()).isEmpty();
  }

  @Test
  void statusShowsWhatHappenedLast() {
    api.on(
        "GET /v1/sync-targets/scaler",
        200,
        """
        {"name":"scaler","url":"https://scaler.example.com/notify","description":"","active":true,"state":"CLEAN",
         "proven":true,"desired":{"generation":7,"hash":"60303ae2"},"notified":7,"applied":7}
        """);
    api.on(
        "GET /v1/sync-targets/scaler/history?limit=2",
        200,
        """
        {"items":[{"at":"2026-05-01T12:00:01Z","event":"applied","state":"CLEAN","generation":7,"notificationId":"ntc_1"},
                  {"at":"2026-05-01T12:00:00Z","event":"failed","state":"DIRTY","generation":7,"detail":"It answered 500."}],
         "next":"c"}
        """);

    assertThat(terminal.run("sync", "status", "scaler", "--limit", "2")).isZero();
    assertThat(terminal.out())
        .isEqualTo(
            """
            name      scaler
            url       https://scaler.example.com/notify
            active    true
            state     CLEAN
            proven    true
            desired   generation=7  hash=60303ae2
            notified  7
            applied   7

            AT                    EVENT    STATE  GENERATION  NOTICE  DETAIL
            2026-05-01T12:00:01Z  applied  CLEAN  7           ntc_1   -
            2026-05-01T12:00:00Z  failed   DIRTY  7           -       It answered 500.
            """);
    assertThat(terminal.err()).isEqualTo("there are more; --limit shows them\n");
  }

  @Test
  void whatIsSuppressedNowIsConfirmed() {
    api.on("GET /v1/sync-targets/scaler", 200, standing("SUPPRESSED", 7, 6, 6));
    api.on("POST /v1/sync-targets/scaler/confirm", 200, standing("DIRTY", 7, 6, 6));

    assertThat(terminal.run("sync", "confirm", "scaler")).isZero();
    assertThat(terminal.out()).startsWith("state     DIRTY\n");
    assertThat(api.requests().getLast().body()).isEqualTo("{\"generation\":7}");
  }

  @Test
  void withNothingSuppressedNothingIsConfirmed() {
    api.on("GET /v1/sync-targets/scaler", 200, standing("CLEAN", 7, 7, 7));

    assertThat(terminal.run("sync", "confirm", "scaler")).isOne();
    assertThat(terminal.err())
        .isEqualTo("sequitur: nothing of scaler is suppressed: it is CLEAN\n");
    assertThat(api.requests()).hasSize(1);
  }

  @Test
  void theGenerationThatWasLookedAtIsConfirmedOrNone() {
    api.on(
        "POST /v1/sync-targets/scaler/confirm",
        409,
        "{\"title\":\"Not now\",\"detail\":\"The suppressed generation is 8, not 7: look at it, and confirm that one.\"}");

    assertThat(terminal.run("sync", "confirm", "scaler", "--generation", "7")).isOne();
    assertThat(terminal.err())
        .isEqualTo(
            "sequitur: Not now: The suppressed generation is 8, not 7: look at it, and confirm that one.\n");
    assertThat(api.request().body()).isEqualTo("{\"generation\":7}");
  }

  @Test
  void everyFlagOfATargetReachesTheServer() {
    api.on(
        "PUT /v1/sync-targets/scaler",
        201,
        "{\"name\":\"scaler\",\"signingSecret\":\"whsec_abc\"}");

    int exit =
        terminal.run(
            "sync-target set scaler --url https://scaler.example.com/notify --description Scaler --mode both"
                .concat(" --resync 15m --debounce 500ms --ack-timeout 30s --not-monotonic")
                .concat(" --quiet-time 1m --inactive --signing-secret whsec_c2VjcmV0")
                .split(" "));

    assertThat(exit).isZero();
    assertThat(terminal.out())
        .isEqualTo("created sync-target scaler\nsigning secret, shown only this once: whsec_abc\n");
    assertThat(api.request().body())
        .isEqualTo(
            """
            {"name":"scaler","url":"https://scaler.example.com/notify","description":"Scaler","mode":"both",\
            "resync":"15m","debounce":"500ms","ackTimeout":"30s","quiet":"1m","monotonic":false,\
            "signingSecret":"whsec_c2VjcmV0","active":false}\
            """);
  }

  @Test
  void whatIsNotSaidIsLeftToTheServer() {
    api.on("PUT /v1/sync-targets/scaler", 200, "{\"name\":\"scaler\"}");

    terminal.run("sync-target", "set", "scaler", "--url", "https://scaler.example.com/");

    assertThat(terminal.out()).isEqualTo("updated sync-target scaler\n");
    assertThat(api.request().body())
        .isEqualTo("{\"name\":\"scaler\",\"url\":\"https://scaler.example.com/\"}");
  }

  @Test
  void targetsAreListedWithWhereTheyStand() {
    api.on(
        "GET /v1/sync-targets?limit=50",
        200,
        """
        {"items":[
          {"name":"scaler","url":"https://s.example.com","mode":"notify","state":"CLEAN","desired":{"generation":7,"hash":"a"},"applied":7},
          {"name":"crane","url":"https://c.example.com","mode":"push","state":"NACKED","desired":{"generation":7,"hash":"a"},"applied":5,
           "error":"no such queue"}]}
        """);

    assertThat(terminal.run("sync-target", "list")).isZero();
    assertThat(terminal.out())
        .isEqualTo(
            """
            NAME    URL                    MODE    STATE   DESIRED  APPLIED  ERROR
            scaler  https://s.example.com  notify  CLEAN   7        7        -
            crane   https://c.example.com  push    NACKED  7        5        no such queue
            """);
  }

  @Test
  void anotherSecretIsShownOnce() {
    api.on(
        "POST /v1/sync-targets/scaler/rotate-secret",
        200,
        "{\"name\":\"scaler\",\"signingSecret\":\"whsec_abc\",\"previousUntil\":\"2026-05-01T12:00:00Z\"}");

    assertThat(terminal.run("sync-target", "rotate-secret", "scaler", "--overlap", "0s")).isZero();
    assertThat(terminal.out())
        .isEqualTo(
            """
            rotated sync-target scaler
            signing secret, shown only this once: whsec_abc
            keys before sign until 2026-05-01T12:00:00Z
            """);
    assertThat(api.request().body()).isEqualTo("{\"overlap\":\"0s\"}");
  }

  @Test
  void oneThatIsInUseIsNotDeleted() {
    api.on(
        "DELETE /v1/sync-targets/scaler",
        409,
        "{\"title\":\"Not now\",\"detail\":\"The sync target scaler is used by the triggers deploys.\"}");

    assertThat(terminal.run("sync-target", "delete", "scaler")).isOne();
    assertThat(terminal.err()).contains("used by the triggers deploys");
    assertThat(terminal.out()).isEmpty();
  }

  private static String standing(String state, int desired, int notified, int applied) {
    String error = state.equals("DIRTY") ? ",\"error\":\"It answered 500.\"" : "";
    return "{\"state\":\"%s\",\"desired\":{\"generation\":%d,\"hash\":\"60303ae2\"},\"notified\":%d,\"applied\":%d%s}"
        .formatted(state, desired, notified, applied, error);
  }
}
