package io.sequitur.api.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class WebhookCommandTest extends AgainstFakeApi {
  @Test
  void aNewSecretIsShownOnce() {
    api.on(
        "POST /v1/webhooks/erp/rotate-secret",
        200,
        """
        {"name":"erp","scheme":"v1","signingSecret":"whsec_abc","previousUntil":"2026-05-01T12:00:00Z"}
        """);

    assertThat(terminal.run("webhook", "rotate-secret", "erp", "--overlap", "24h")).isZero();
    assertThat(terminal.out())
        .isEqualTo(
            """
            rotated webhook erp
            signing secret, shown only this once: whsec_abc
            keys before sign until 2026-05-01T12:00:00Z
            """);
  }

  @Test
  void enablingAnInactiveOneSaysThatThisIsNotEnough() {
    api.on("POST /v1/webhooks/erp/enable", 200, "{\"name\":\"erp\",\"active\":false}");
    terminal.run("webhook", "enable", "erp");
    assertThat(terminal.out()).startsWith("enabled webhook erp\nit is inactive");
  }

  @Test
  void aTestThatFailsEndsWithOneAndSaysWhy() {
    api.on(
        "POST /v1/webhooks/erp/test",
        200,
        """
        {"event":"evt_1","delivery":"dlv_1","attempt":{"number":1,"status":500,"class":"HTTP_SERVER_ERROR",
          "durationMs":7,"hint":"It answered 500."}}
        """);

    assertThat(terminal.run("webhook", "test", "erp")).isEqualTo(1);
    assertThat(terminal.out()).isEqualTo("delivery dlv_1\nfailed: It answered 500.\n");
  }
}
