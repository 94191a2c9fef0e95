package io.sequitur.api.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.sequitur.api.testing.FakeApi;
import io.sequitur.api.testing.TestTerminal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CatalogueCommandsTest extends AgainstFakeApi {
  @Test
  void everyFlagOfAWebhookReachesTheServer() {
    api.on("PUT /v1/webhooks/erp", 200, "{\"name\":\"erp\"}");

    int exit =
        terminal.run(
            "webhook set erp --url https://erp.example.com/hooks --on com.github.*,com.example.paid --filter true"
                .concat(
                    " --header X-Env:prod --header-from Authorization=erp-token --ordered --on-exhausted skip")
                .concat(
                    " --timeout 15s --max-concurrency 10 --rate-limit 100/1s --inactive --description ERP")
                .concat(" --secret whsec_c2VjcmV0 --retry none")
                .split(" "));

    assertThat(exit).isZero();
    assertThat(terminal.out()).isEqualTo("updated webhook erp\n");
    assertThat(api.request().contentType()).isEqualTo("application/json");
    assertThat(api.request().body())
        .isEqualTo(
            """
            {"name":"erp","url":"https://erp.example.com/hooks","description":"ERP","active":false,\
            "events":["com.github.*","com.example.paid"],"filter":"true",\
            "headers":[{"name":"X-Env","value":"prod"},{"name":"Authorization","keyValue":"erp-token"}],\
            "ordered":true,"onExhausted":"skip","retry":"none","timeout":"15s","maxConcurrency":10,\
            "rateLimit":{"count":100,"per":"1s"},"signingSecret":"whsec_c2VjcmV0"}\
            """);
  }

  @Test
  void aNewWebhookShowsItsSecretOnce() {
    api.on("PUT /v1/webhooks/erp", 201, "{\"name\":\"erp\",\"signingSecret\":\"whsec_abc\"}");

    terminal.run(
        "webhook",
        "set",
        "erp",
        "--url",
        "https://erp.example.com",
        "--retry",
        "5s 5m",
        "--header",
        "A: b: c");

    assertThat(terminal.out())
        .isEqualTo("created webhook erp\nsigning secret, shown only this once: whsec_abc\n");
    assertThat(api.request().body())
        .isEqualTo(
            """
            {"name":"erp","url":"https://erp.example.com","headers":[{"name":"A","value":"b: c"}],"retry":"5s 5m"}\
            """);
  }

  @Test
  void aHeaderWithoutAColonIsAMisuse() {
    assertThat(
            terminal.run(
                "webhook", "set", "erp", "--url", "https://x.example", "--header", "X-Env"))
        .isEqualTo(2);
    assertThat(terminal.err())
        .startsWith("sequitur: --header 'X-Env': write it like 'X-Env: prod'\n");
    assertThat(api.requests()).isEmpty();
  }

  @Test
  void eachKindOfKeyValueIsSent() {
    api.on("PUT /v1/key-values/a", 201, "{}").on("PUT /v1/key-values/b", 201, "{}");
    api.on("PUT /v1/key-values/c", 201, "{}");

    terminal.typing("from the input\n").run("key-value", "set", "a", "--secret", "-");
    terminal.run("key-value", "set", "b", "--static", "eu");
    terminal.run("key-value", "set", "c", "--environment", "BUILD");

    assertThat(api.requests())
        .extracting(FakeApi.Request::body)
        .containsExactly(
            "{\"name\":\"a\",\"kind\":\"secret\",\"value\":\"from the input\"}",
            "{\"name\":\"b\",\"kind\":\"static\",\"value\":\"eu\"}",
            "{\"name\":\"c\",\"kind\":\"environment\",\"value\":\"BUILD\"}");
    assertThat(terminal.out()).doesNotContain("from the input");
  }

  @Test
  void aKeyValueIsOfOneKind() {
    assertThat(terminal.run("key-value", "set", "a")).isEqualTo(2);
    assertThat(terminal.run("key-value", "set", "a", "--secret", "x", "--static", "y"))
        .isEqualTo(2);
    assertThat(api.requests()).isEmpty();
  }

  @Test
  void aTriggerIsPutTogetherFromItsFlags() {
    api.on("PUT /v1/triggers/deploys", 201, "{}");

    terminal.run(
        "trigger",
        "set",
        "deploys",
        "--on",
        "com.github.release.*",
        "--filter",
        "data.action == \"published\"",
        "--deliver",
        "erp,crm",
        "--notify",
        "scaler");

    assertThat(terminal.out()).isEqualTo("created trigger deploys\n");
    assertThat(api.request().body())
        .isEqualTo(
            """
            {"name":"deploys","on":{"events":["com.github.release.*"],"filter":"data.action == \\"published\\""},\
            "actions":[{"deliver":["erp","crm"]},{"notify":["scaler"]}]}\
            """);
  }

  @Test
  void aTriggerThatStartsWorkflowsReadsLikeASentence() {
    api.on("PUT /v1/triggers/deploys", 201, "{}");

    int exit =
        terminal.run(
            "trigger",
            "set",
            "deploys",
            "--on",
            "release",
            "--deliver",
            "erp",
            "--start-workflow",
            "Deploy",
            "--task-queue",
            "deploys",
            "--workflow-id",
            "deploy-{{ event.id }}",
            "--input",
            "repo={{ data.repo }}",
            "--input",
            "count:=3",
            "--start-workflow",
            "Report",
            "--task-queue",
            "reports",
            "--workflow-id",
            "r=1");

    assertThat(exit).isZero();
    assertThat(api.request().body())
        .isEqualTo(
            """
            {"name":"deploys","on":{"events":["release"]},"actions":[{"deliver":["erp"]},\
            {"startWorkflow":{"type":"Deploy","taskQueue":"deploys","id":"deploy-{{ event.id }}",\
            "input":{"repo":"{{ data.repo }}","count":3}}},\
            {"startWorkflow":{"type":"Report","taskQueue":"reports","id":"r=1"}}]}\
            """);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--start-workflow Deploy --task-queue deploys|--workflow-id",
        "--start-workflow Deploy --workflow-id x|--task-queue",
        "--task-queue deploys --workflow-id x|--start-workflow",
        "--input a=b --deliver erp|--start-workflow",
        "--start-workflow D --task-queue q --workflow-id x --input repo|--input 'repo'",
        "--start-workflow D --task-queue q --workflow-id x --input n:=x|must be JSON",
      })
  void workflowsThatAreNotWholeAreRefusedByName(String flags, String missing) {
    int exit = terminal.run(("trigger set t " + flags).split(" "));
    assertThat(terminal.err()).contains(missing);
    assertThat(exit).isEqualTo(2);
    assertThat(api.requests()).isEmpty();
  }

  @Test
  void aConditionIsPutTogetherFromItsFlags() {
    api.on("PUT /v1/triggers/many", 201, "{}").on("PUT /v1/triggers/unpaid", 201, "{}");

    terminal.run(
        "trigger",
        "set",
        "many",
        "--on",
        "a",
        "--threshold",
        "5",
        "--within",
        "10m",
        "--for-each",
        "subject",
        "--deliver",
        "erp");
    terminal.run(
        "trigger",
        "set",
        "unpaid",
        "--after",
        "a",
        "--absent",
        "b,c",
        "--within",
        "5m",
        "--deliver",
        "erp");

    assertThat(api.requests())
        .extracting(FakeApi.Request::body)
        .containsExactly(
            """
            {"name":"many","on":{"events":["a"]},"condition":{"threshold":5,"within":"10m","forEach":"subject"},\
            "actions":[{"deliver":["erp"]}]}\
            """,
            """
            {"name":"unpaid","on":{},"condition":{"after":["a"],"absent":["b","c"],"within":"5m"},\
            "actions":[{"deliver":["erp"]}]}\
            """);
  }

  @Test
  void aWindowWithoutAConditionIsAMisuse() {
    assertThat(terminal.run("trigger", "set", "t", "--deliver", "erp", "--within", "5m"))
        .isEqualTo(2);
    assertThat(terminal.err()).contains("--within and --for-each need --threshold");
    assertThat(api.requests()).isEmpty();
  }

  @Test
  void aConditionIsListed() {
    api.on(
        "GET /v1/triggers?limit=50",
        200,
        """
        {"items":[
          {"name":"many","on":{"events":["x"]},"condition":{"threshold":5,"within":"10m","forEach":"subject"},"actions":[]},
          {"name":"unpaid","on":{"events":[]},"condition":{"after":["a"],"absent":["b","c"],"within":"5m"},"actions":[]}]}
        """);

    terminal.run("trigger", "list");

    assertThat(terminal.out())
        .contains("5 within 10m for each subject", "a without b, c within 5m");
  }

  @Test
  void listsAreTablesThatFollowTheCursor() {
    api.on(
        "GET /v1/webhooks?limit=3",
        200,
        """
        {"items":[{"name":"erp","url":"https://erp.example.com","events":["a.*","b"],"active":true,"status":"ok","ordered":true}],"next":"c 1"}
        """);
    api.on(
        "GET /v1/webhooks?limit=2&cursor=c+1",
        200,
        """
        {"items":[{"name":"warehouse","url":"https://w.example.com","active":false,"status":"disabled","ordered":false}]}
        """);

    assertThat(terminal.run("webhook", "list", "--limit", "3")).isZero();
    assertThat(terminal.out())
        .isEqualTo(
            """
            NAME       URL                      EVENTS  ACTIVE  STATE     ORDERED
            erp        https://erp.example.com  a.*, b  true    ok        true
            warehouse  https://w.example.com    -       false   disabled  false
            """);
    assertThat(terminal.err()).isEmpty();
  }

  @Test
  void coloursAreForTerminalsOnly() {
    String items = "{\"items\":[{\"name\":\"erp\",\"status\":\"disabled\"}]}";
    api.on("GET /v1/webhooks?limit=50", 200, items).on("GET /v1/webhooks?limit=50", 200, items);
    TestTerminal plain =
        new TestTerminal().with("SEQUITUR_URL", api.url()).with("NO_COLOR", "1").interactive();

    terminal.interactive().run("webhook", "list");
    plain.run("webhook", "list");

    assertThat(terminal.out()).contains("\u001B[31mdisabled\u001B[0m");
    assertThat(plain.out()).contains("disabled").doesNotContain("\u001B");
  }

  @Test
  void aTriggerIsListedWithItsActions() {
    api.on(
        "GET /v1/triggers?limit=50",
        200,
        """
        {"items":[{"name":"t","on":{"events":["x"]},"actions":[{"deliver":["erp","crm"]},{"startWorkflow":{"type":"Deploy"}}],"state":"valid"}]}
        """);

    terminal.run("trigger", "list");

    assertThat(terminal.out()).contains("deliver erp, crm; startWorkflow Deploy");
  }

  @Test
  void oneIsShownFieldByField() {
    api.on(
        "GET /v1/webhooks/erp",
        200,
        """
        {"name":"erp","events":["a","b"],"headers":[{"name":"X","value":"1"},{"name":"Y","keyValue":"k"}],"filter":null}
        """);

    terminal.run("webhook", "show", "erp");

    assertThat(terminal.out())
        .isEqualTo(
            """
            name     erp
            events   a, b
            headers  name=X  value=1
                     name=Y  keyValue=k
            """);
  }

  @Test
  void jsonIsWhatTheServerSaid() {
    api.on("GET /v1/webhooks/erp", 200, "{\"z\":1.50,\"a\":[],\"b\":[1e2,{}]}");

    terminal.run("webhook", "show", "erp", "-o", "json");

    assertThat(terminal.out())
        .isEqualTo(
            """
            {
              "z": 1.50,
              "a": [],
              "b": [
                1e2,
                {}
              ]
            }
            """);
  }

  @Test
  void whatIsNotThereIsNamed() {
    String problem = "{\"title\":\"Not found\"}";
    api.on("GET /v1/webhooks/erpp", 404, problem).on("DELETE /v1/key-values/a%20b", 404, problem);

    assertThat(terminal.run("webhook", "show", "erpp")).isEqualTo(1);
    assertThat(terminal.run("key-value", "delete", "a b")).isEqualTo(1);
    assertThat(terminal.err())
        .isEqualTo("sequitur: no webhook \"erpp\"\nsequitur: no key-value \"a b\"\n");
  }

  @Test
  void deletingSaysWhatIsGone() {
    api.on("DELETE /v1/triggers/deploys", 204, "");

    assertThat(terminal.run("trigger", "delete", "deploys")).isZero();
    assertThat(terminal.out()).isEqualTo("deleted trigger deploys\n");
  }
}
