package io.sequitur.api.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sequitur.api.testing.Api;
import io.sequitur.api.testing.Api.Response;
import io.sequitur.api.testing.CatalogueSequitur;
import io.sequitur.api.testing.SequiturProcess;
import io.sequitur.api.testing.TestTerminal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.assertj.core.api.ThrowingConsumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code plan}, {@code apply} and {@code export}. On a process of its own: pruning would take the
 * other tests' resources.
 */
@ExtendWith(CatalogueSequitur.class)
final class CatalogueFileTest {
  private static final String FILE =
      """
      keyValues:
        - {name: erp-token, kind: secret, value: "${ERP_TOKEN}"}
        - {name: place, kind: static, value: "Bern: 1"}
      webhooks:
        - name: erp
          url: https://erp.example.com/hooks
          description: "ERP\\nof the warehouse"
          events: [com.github.push, "com.github.issues.*"]
          filter: 'data.repository.full_name == "acme/shop"'
          headers: [{name: X-Env, value: prod}, {name: Authorization, keyValue: erp-token}]
          ordered: true
          retry: "5s 5m"
          rateLimit: {count: 100, per: 1s}
        - {name: plain, url: "https://plain.example.com/"}
      triggers:
        - name: deploys
          on: {events: ["com.github.release.*"], filter: 'data.action == "published"'}
          actions:
            - deliver: [plain]
            - deliver: [erp]
      """;

  @TempDir private Path directory;
  private final SequiturProcess sequitur;
  private final Api api;

  CatalogueFileTest(SequiturProcess sequitur) {
    this.sequitur = sequitur;
    this.api = sequitur.api();
  }

  @BeforeEach
  void empty() {
    api.post("/v1/catalogue/apply?prune=true", "{}").expect(200);
  }

  @Test
  void fileIsPlannedAppliedAndThenNothingIsLeftToDo() throws IOException {
    TestTerminal plan = terminal();
    assertThat(plan.run("plan", "-f", file(FILE))).isEqualTo(3);
    assertThat(plan.out())
        .contains("+ created webhook erp", "+ created trigger deploys")
        .contains("5 created, 0 updated, 0 unchanged, 0 deleted");
    assertThat(names("webhooks")).isEmpty();

    TestTerminal apply = terminal();
    assertThat(apply.run("apply", "-f", file(FILE))).isZero();
    assertThat(apply.out())
        .contains("signing secret of webhook erp, shown only this once: whsec_")
        .doesNotContain("s3cret");
    assertThat(names("triggers"))
        .containsExactly(
            "deploys",
            "sequitur::invalidate-webhooks",
            "sequitur::notify-sync-targets",
            "webhook::erp");

    String versions = versions();
    TestTerminal again = terminal();
    assertThat(again.run("apply", "-f", file(FILE))).isZero();
    assertThat(again.out()).isEqualTo("nothing to do: 5 unchanged\n");
    assertThat(versions()).isEqualTo(versions);
    assertThat(terminal().run("plan", "-f", file(FILE), "--prune")).isZero();
  }

  @Test
  void whatIsExportedIsWhatStands() throws IOException {
    terminal().run("apply", "-f", file(FILE));
    TestTerminal export = terminal();
    assertThat(export.run("export")).isZero();
    assertThat(export.out()).contains("erp-token").doesNotContain("s3cret", "whsec_");

    TestTerminal plan = terminal().typing(export.out());
    assertThat(plan.run("plan", "-f", "-", "--prune")).as(plan.err()).isZero();
    assertThat(plan.out()).isEqualTo("nothing to do: 5 unchanged\n");
    TestTerminal nothing = terminal().typing(export.out());
    nothing.run("apply", "-f", "-");
    assertThat(nothing.out()).isEqualTo("nothing to do: 5 unchanged\n");
  }

  @Test
  void eventTypesAreExportedAsTheyStandAndPruned() throws IOException {
    String types =
        """
        eventTypes:
          - {name: Com.Example.Paid, schema: {type: object, properties: {price: {multipleOf: 0.010}}}}
          - {name: com.github.push, description: A push, onInvalid: warn}
        """;
    assertThat(terminal().run("apply", "-f", file(types))).isZero();
    TestTerminal export = terminal();
    export.run("export");
    TestTerminal plan = terminal().typing(export.out());
    assertThat(plan.run("plan", "-f", "-", "--prune")).as(plan.err()).isZero();
    assertThat(plan.out()).isEqualTo("nothing to do: 2 unchanged\n");
    assertThat(terminal().run("apply", "-f", file("{}"), "--prune")).isZero();
    assertThat(names("event-types")).isEmpty();
  }

  @Test
  void planNamesTheFieldsThatDifferAndNeverASecret() throws IOException {
    terminal().run("apply", "-f", file(FILE));
    String changed =
        FILE.replace("ordered: true", "ordered: false")
            .replace("retry: \"5s 5m\"", "timeout: 3s")
            .replace("deliver: [plain]", "deliver: []");
    TestTerminal plan = terminal().with("ERP_TOKEN", "0ther").interactive();
    assertThat(plan.run("plan", "-f", file(changed))).isEqualTo(3);
    assertThat(plan.out())
        .contains("\u001B[33m~ updated key-value erp-token: value\u001B[0m")
        .contains("~ updated webhook erp: ordered, retry, timeout")
        .contains("~ updated trigger deploys: actions")
        .contains("0 created, 3 updated, 2 unchanged, 0 deleted")
        .doesNotContain("s3cret", "0ther");
    String secretsTo = "select count(*) from sequitur.signing_key where created_at = updated_at";
    long keys = sequitur.pg().count(secretsTo);
    assertThat(terminal().run("apply", "-f", file(changed))).isZero();
    assertThat(sequitur.pg().count(secretsTo)).isEqualTo(keys);
    assertThat(api.get("/v1/webhooks/erp").json().get("timeout").textValue()).isEqualTo("3s");
  }

  @Test
  void everyErrorIsListedWithItsPlaceAndNothingIsChanged() throws IOException {
    String wrong =
        """
        keyValues:
          - {name: fine, kind: static, value: v}
          - {name: token, kind: secret, value: "${NOT_SET}"}
          - {name: absent, kind: secret}
          - {name: variable, kind: environment, value: HOME}
        webhooks:
          - name: erp
            url: ftp://erp.example.com
            adress: x
            timeout: 15s
            timeout: 16s
          - {name: erp, url: https://erp.example.com, headers: [{name: X-A, keyValue: nobody}]}
        caches:
          - name: flags
        triggers:
          - {name: t, on: {filter: "data.("}, actions: [{deliver: [erp]}]}
          - {name: u, on: {}, actions: [{deliver: [erp, ghost]}]}
        """;
    String path = file(wrong);
    for (String verb : List.of("plan", "apply")) {
      TestTerminal terminal = terminal();
      assertThat(terminal.run(verb, "-f", path)).isEqualTo(1);
      assertThat(terminal.err().lines())
          .satisfiesExactly(
              error("3:33: The environment variable NOT_SET is not set."),
              error("4:5: `value` is required: there is no secret of this name yet"),
              error("5:41: This variable is not in SEQUITUR_ENVIRONMENT_ALLOW"),
              error("8:5: "),
              error("9:5: Unknown field `adress`."),
              error("11:5: `timeout` stands twice; first in line 10."),
              error("12:6: `erp` stands twice in this list; first as entry 1."),
              error("12:69: There is no key-value nobody."),
              error("14:5: `key` is required."),
              error("14:5: `tables` is required"),
              error("16:20: "),
              error("17:49: There is no webhook ghost."),
              line ->
                  assertThat(line)
                      .isEqualTo("sequitur: 12 errors in catalogue.yaml; nothing was changed"));
    }
    assertThat(names("key-values")).isEmpty();
  }

  private static ThrowingConsumer<String> error(String begin) {
    return line -> assertThat(line).startsWith("catalogue.yaml:" + begin);
  }

  @Test
  void aSecretWithoutValueStays() throws IOException {
    terminal().run("apply", "-f", file(FILE));
    TestTerminal plan = terminal();
    String without = FILE.replace(", value: \"${ERP_TOKEN}\"", "");
    assertThat(plan.run("plan", "-f", file(without))).as(plan.err()).isZero();
  }

  @Test
  void pruneDeletesWhatTheFileDoesNotName() throws IOException {
    terminal().run("apply", "-f", file(FILE));
    String rest = "webhooks:\n  - {name: plain, url: \"https://plain.example.com/\"}\n";
    assertThat(terminal().run("plan", "-f", file(rest))).isZero();

    String used = "triggers: [{name: deploys, on: {}, actions: [{deliver: [plain]}]}]\n";
    TestTerminal refused = terminal();
    assertThat(refused.run("apply", "-f", file(used), "--prune")).isEqualTo(1);
    assertThat(refused.err())
        .contains(":1:57: The webhook plain is not in the file")
        .contains("the trigger deploys uses it");
    assertThat(names("webhooks")).containsExactly("erp", "plain");

    TestTerminal apply = terminal();
    assertThat(apply.run("apply", "-f", file(rest), "--prune")).as(apply.err()).isZero();
    assertThat(apply.out())
        .contains("- deleted trigger deploys", "- deleted webhook erp", "- deleted key-value place")
        .contains("0 created, 0 updated, 1 unchanged, 4 deleted");
    assertThat(names("webhooks")).containsExactly("plain");
    // What is built in is nobody's to delete.
    assertThat(names("triggers"))
        .containsExactly("sequitur::invalidate-webhooks", "sequitur::notify-sync-targets");
  }

  @Test
  void concurrentAppliesAreNeverMixed() {
    for (int round = 0; round < 5; round++) {
      List<CompletableFuture<Response>> applying = new ArrayList<>();
      for (String side : List.of("left", "right", "left", "right")) {
        applying.add(api.postLater("/v1/catalogue/apply?prune=true", ten(side, round)));
      }
      // Who came while another was at it is told.
      List<Integer> answers = applying.stream().map(one -> one.join().status()).toList();
      assertThat(answers).contains(200).isSubsetOf(200, 409);
      assertThat(names("webhooks")).hasSize(10);
      assertThat(names("webhooks").stream().map(name -> name.substring(0, 4)).distinct())
          .hasSize(1);
    }
  }

  @Test
  void whatFailsInTheMiddleChangesNothing() throws IOException, SQLException {
    terminal().run("apply", "-f", file(FILE));
    String versions = versions();
    String rest = "webhooks: [{name: new, url: \"https://new.example.com\"}]";
    try (Connection other = sequitur.pg().connect();
        Statement statement = other.createStatement()) {
      other.setAutoCommit(false);
      // Somebody begins to use a webhook that the file is about to prune.
      statement.execute("insert into sequitur.trigger (name, events) values ('late', '{}')");
      statement.execute(
          """
          insert into sequitur.trigger_delivery (tenant, trigger, webhook_uid)
          select tenant, 'late', uid from sequitur.webhook where name = 'plain'\
          """);
      CompletableFuture<Response> applying = api.postLater("/v1/catalogue/apply?prune=true", rest);
      EndToEnd.eventually("apply waits for the webhook")
          .until(() -> sequitur.pg().count("select count(*) from pg_locks where not granted") > 0);
      other.commit();
      assertThat(applying.join().expect(409).body()).contains("nothing of this file was applied");
    }
    api.delete("/v1/triggers/late").expect(204);
    assertThat(versions()).isEqualTo(versions);
  }

  @Test
  void secretsComeOnceByHttpAndTheServerFillsNothingIn() {
    String file =
        """
        keyValues: [{name: token, kind: secret, value: "${PATH}"}]
        webhooks: [{name: own, url: "https://a.example.com", signingSecret: whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw}]
        """;
    JsonNode first = api.post("/v1/catalogue/apply", file).expect(200).json();
    assertThat(first.has("signingSecrets")).isFalse();
    assertThat(first.at("/summary/created").intValue()).isEqualTo(2);
    JsonNode second = api.post("/v1/catalogue/apply", file).expect(200).json();
    assertThat(second.at("/summary/unchanged").intValue()).isEqualTo(2);
    String rotated = file.replace("MfKQ", "NfKQ");
    JsonNode third = api.post("/v1/catalogue/apply", rotated).expect(200).json();
    assertThat(third.at("/changes/1/fields").toString()).isEqualTo("[\"signingSecret\"]");
  }

  @Test
  void badFilesAreRefusedByHttpWithPlaces() {
    JsonNode broken = api.post("/v1/catalogue/apply", "webhooks: [").expect(400).json();
    assertThat(broken.at("/errors/0/line").intValue()).isPositive();
    assertThat(api.post("/v1/catalogue/apply?prune=maybe", "{}").expect(400).body())
        .contains("prune must be true or false");
    for (String text : List.of("", "a", "[]", "webhooks: 1", "{\"x\": 1}", "webhooks: [1]", "\0")) {
      Response answer = api.post("/v1/catalogue/plan", text);
      assertThat(answer.status()).as(text).isIn(400, 422);
      assertThat(answer.json().at("/errors/0/column").intValue()).as(text).isPositive();
    }
  }

  private static String ten(String side, int round) {
    StringBuilder file = new StringBuilder("webhooks:\n");
    for (int i = 0; i < 10; i++) {
      file.append(
          "  - {name: %s-%d-%d, url: \"https://%s.example.com/\"}\n"
              .formatted(side, round, i, side));
    }
    return file.toString();
  }

  private TestTerminal terminal() {
    return new TestTerminal()
        .with("SEQUITUR_URL", sequitur.url())
        .with("ERP_TOKEN", "s3cret")
        .in(directory);
  }

  private String file(String text) throws IOException {
    Files.writeString(directory.resolve("catalogue.yaml"), text);
    return "catalogue.yaml";
  }

  private List<String> names(String kind) {
    List<String> names = new ArrayList<>();
    api.get("/v1/" + kind + "?limit=200")
        .expect(200)
        .json()
        .get("items")
        .forEach(item -> names.add(item.get("name").textValue()));
    return names;
  }

  private String versions() {
    return sequitur
        .pg()
        .text(
            """
            select string_agg(x, ' ' order by x) from (
              select 'k' || name || version from sequitur.key_value union all
              select 'w' || name || version from sequitur.webhook union all
              select 'h' || name || version from sequitur.webhook_header union all
              select 's' || webhook_uid || '.' || version from sequitur.signing_key union all
              select 't' || name || version from sequitur.trigger union all
              select 'd' || trigger || version from sequitur.trigger_delivery) as all_of_them(x)\
            """);
  }
}
