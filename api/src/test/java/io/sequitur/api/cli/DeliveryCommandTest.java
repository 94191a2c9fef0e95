package io.sequitur.api.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class DeliveryCommandTest extends AgainstFakeApi {
  @Test
  void deliveriesAreListedByWebhookEventAndState() {
    api.on(
        "GET /v1/deliveries?event=evt_1&webhook=erp&state=blocked&limit=50",
        200,
        """
        {"items":[{"id":"dlv_1","event":"evt_1","type":"paid","webhook":"erp","state":"blocked",
          "class":"HTTP_SERVER_ERROR","attemptCount":9,"nextAttemptAt":null,"updatedAt":"2026-05-01T12:00:00Z"}],
         "next":null}
        """);

    terminal.run("delivery", "list", "--webhook", "erp", "--event", "evt_1", "--state", "blocked");

    assertThat(terminal.out())
        .isEqualTo(
            """
            ID     EVENT  TYPE  WEBHOOK  STATE    CLASS              ATTEMPTS  NEXT  UPDATED
            dlv_1  evt_1  paid  erp      blocked  HTTP_SERVER_ERROR  9         -     2026-05-01T12:00:00Z
            """);
  }

  @Test
  void aDeliveryIsShownWithItsAttempts() {
    api.on(
        "GET /v1/deliveries/dlv_1",
        200,
        """
        {"id":"dlv_1","event":"evt_1","webhook":"erp","state":"retrying","class":"HTTP_CLIENT_ERROR","attemptCount":2,
         "nextAttemptAt":"2026-05-01T12:05:00Z","workflow":{"id":"webhook/1"},
         "availableActions":[{"action":"retry","available":true},{"action":"skip","available":false,"reason":"it heads no lane"}],
         "actions":[{"at":"2026-05-01T12:00:19Z","by":"local","action":"retry","from":"held","to":"retrying"}],
         "attempts":[
           {"number":1,"at":"2026-05-01T12:00:00.001Z","class":"TIMEOUT","durationMs":15000,"hint":"raise timeout"},
           {"number":2,"at":"2026-05-01T12:00:20Z","status":404,"class":"HTTP_CLIENT_ERROR","durationMs":8,
            "hint":"not found","responseBody":"no such hook\\n"}]}
        """);

    terminal.at(Clock.fixed(Instant.parse("2026-05-01T12:00:21Z"), ZoneOffset.UTC));
    terminal.run("delivery", "show", "dlv_1");

    assertThat(terminal.out())
        .isEqualTo(
            """
            delivery      dlv_1
            state         retrying
            class         HTTP_CLIENT_ERROR
            webhook       erp
            event         evt_1
            workflow      webhook/1
            next attempt  2026-05-01T12:05:00Z (in 4 min)

            ATTEMPT  AT                        STATUS  CLASS              MS
            1        2026-05-01T12:00:00.001Z  -       TIMEOUT            15000
            2        2026-05-01T12:00:20Z      404     HTTP_CLIENT_ERROR  8

            last failure  not found
            it answered   no such hook

            ACTION  AT                    BY     FROM  TO
            retry   2026-05-01T12:00:19Z  local  held  retrying

            now  sequitur delivery retry dlv_1
                 no skip: it heads no lane
            """);
  }

  @Test
  void aListAsJsonHasTheItemsOfEveryPage() {
    api.on("GET /v1/deliveries?limit=50", 200, "{\"items\":[{\"id\":\"dlv_1\"}],\"next\":\"n\"}");
    api.on(
        "GET /v1/deliveries?limit=49&cursor=n",
        200,
        "{\"items\":[{\"id\":\"dlv_2\"}],\"next\":null}");

    terminal.run("delivery", "list", "-o", "json");

    assertThat(terminal.out().replaceAll("\\s", ""))
        .isEqualTo("{\"items\":[{\"id\":\"dlv_1\"},{\"id\":\"dlv_2\"}]}");
  }

  @Test
  void anActionIsPostedAndItsRefusalExplained() {
    api.on("POST /v1/deliveries/dlv_1/retry", 202, "{}");
    api.on(
        "POST /v1/deliveries/dlv_1/skip",
        409,
        "{\"title\":\"Not available\",\"detail\":\"the delivery is not blocked\"}");

    assertThat(terminal.run("delivery", "retry", "dlv_1")).isZero();
    assertThat(terminal.run("delivery", "skip", "dlv_1")).isEqualTo(1);

    assertThat(terminal.out()).isEqualTo("retry: dlv_1\n");
    assertThat(terminal.err()).isEqualTo("sequitur: Not available: the delivery is not blocked\n");
  }

  @Test
  void anActionOnManyIsCountedFirst() {
    api.on(
        "POST /v1/deliveries/retry",
        200,
        """
        {"action":"retry","dryRun":true,"matched":3,"count":2,"refused":[{"reason":"An attempt is under way.","count":1}]}
        """);

    int exit =
        terminal.run("delivery", "retry", "--webhook", "erp", "--state", "exhausted", "--dry-run");

    assertThat(exit).isZero();
    assertThat(terminal.out())
        .isEqualTo(
            """
            retry: 2 of 3, if this were no dry run
            1 not: An attempt is under way.
            """);
  }

  @Test
  void anActionNeedsAnIdOrAFilter() {
    assertThat(terminal.run("delivery", "cancel")).isEqualTo(2);
    assertThat(terminal.run("delivery", "cancel", "dlv_1", "--webhook", "erp")).isEqualTo(2);
    assertThat(terminal.err()).contains("the ID of a delivery, or a filter");
    assertThat(terminal.run("delivery", "cancel", "dlv_1", "--dry-run")).isEqualTo(2);
    assertThat(terminal.err()).contains("--dry-run goes with a filter");
  }

  @Test
  void whereNothingIsFoundAWebhookThatIsNotThereIsSaid() {
    api.on("GET /v1/deliveries?webhook=epr&limit=50", 200, "{\"items\":[]}");
    api.on(
        "GET /v1/webhooks/epr",
        404,
        "{\"title\":\"Nothing here\",\"detail\":\"There is no webhook epr; did you mean erp?\"}");
    assertThat(terminal.run("delivery", "list", "--webhook", "epr")).isZero();
    assertThat(terminal.out()).isEqualTo("no deliveries\n");
    assertThat(terminal.err()).isEqualTo("there is no webhook \"epr\"; did you mean erp?\n");
  }

  @Test
  void timesAreTimesOrHowLongAgo() {
    terminal.at(Clock.fixed(Instant.parse("2026-05-01T12:00:00Z"), ZoneOffset.UTC));
    api.on("GET /v1/deliveries?since=2026-05-01T10%3A00%3A00Z&limit=50", 200, "{\"items\":[]}");
    api.on("GET /v1/deliveries?since=1970-01-01T00%3A00%3A00Z&limit=50", 200, "{\"items\":[]}");
    assertThat(terminal.run("delivery", "list", "--since", "2h")).isZero();
    assertThat(terminal.run("delivery", "list", "--since", "99999d")).isZero();
    assertThat(terminal.run("delivery", "list", "--since", "yesterday")).isEqualTo(2);
    assertThat(terminal.err())
        .contains("--since must be a time like 2026-11-21T09:00:00Z, or how long ago it was");
  }

  @Test
  void anEventsIdIsNoDeliverys() {
    assertThat(terminal.run("delivery", "show", "evt_1")).isEqualTo(1);
    assertThat(terminal.err()).contains("sequitur delivery list --event evt_1");
  }
}
