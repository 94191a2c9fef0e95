package io.sequitur.api.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sequitur.api.engine.Engine;
import io.sequitur.api.engine.Role;
import io.sequitur.api.engine.Settings;
import io.sequitur.api.testing.Api;
import io.sequitur.api.testing.CatalogueSequitur;
import io.sequitur.api.testing.SequiturProcess;
import io.sequitur.db.DatabaseAddress;
import io.sequitur.workflows.catalogue.WorkflowQueues;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.SqlLogger;
import org.jdbi.v3.core.statement.StatementContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * What a large catalogue costs. The API runs in this process, on the database of the other, so that
 * its statements can be counted.
 */
@ExtendWith(CatalogueSequitur.class)
final class CatalogueSizeTest {
  private static final String APPLY = "/v1/catalogue/apply?prune=true";
  private static final String PLAN = "/v1/catalogue/plan?prune=true";

  private final AtomicInteger statements = new AtomicInteger();
  private final Engine engine;
  private final Api api;

  CatalogueSizeTest(SequiturProcess sequitur) {
    engine =
        Engine.start(
            new Settings(
                DatabaseAddress.parse(sequitur.devFile().get("database").textValue()),
                0,
                true,
                "127.0.0.1:1",
                "default",
                sequitur.data().resolve("keyset.json"),
                "",
                Set.of(),
                WorkflowQueues.anyButOurs(),
                Set.of(Role.API),
                true,
                Settings.DEFAULT_RETENTION));
    engine
        .bean(Jdbi.class)
        .setSqlLogger(
            new SqlLogger() {
              @Override
              public void logAfterExecution(StatementContext context) {
                statements.incrementAndGet();
              }
            });
    api = new Api("http://127.0.0.1:" + engine.port());
  }

  @BeforeEach
  void empty() {
    api.post(APPLY, "{}").expect(200);
  }

  @AfterEach
  void stop() {
    api.post(APPLY, "{}").expect(200);
    engine.close();
  }

  @Test
  void planTakesAsManyStatementsForAThousandWebhooksAsForAHundred() {
    assertThat(statementsOf(PLAN, 1_000)).isEqualTo(statementsOf(PLAN, 100)).isLessThan(12);
    api.post(APPLY, file(1_000, "5s")).expect(200);
    int same = statementsOf(PLAN, 1_000);
    assertThat(same).isLessThan(12);
    assertThat(statementsOf("/v1/catalogue/plan", 100)).isEqualTo(same);
  }

  @Test
  void applyWritesAThousandWebhooksWithAsManyStatementsAsAHundred() {
    int hundred = statementsOf(APPLY, 100);
    api.post(APPLY, "{}").expect(200);
    int thousand = statementsOf(APPLY, 1_000);
    assertThat(thousand).isEqualTo(hundred).isLessThan(40);
    api.post(APPLY, file(1_000, "7s")).expect(200);
    JsonNode webhook = api.get("/v1/webhooks/w-999").expect(200).json();
    assertThat(webhook.get("retry").textValue()).isEqualTo("7s");
    assertThat(webhook.at("/headers/1/keyValue").textValue()).isEqualTo("k-9");
    int pruned = statementsOf(APPLY, 1);
    assertThat(pruned).isLessThan(40);
    assertThat(api.get("/v1/webhooks?limit=10").json().get("items")).hasSize(1);
  }

  @Test
  @Tag("slow")
  void tenThousandWebhooksArePlannedWithinFiveSeconds() {
    String file = file(10_000, "5s");
    api.post(PLAN, file).expect(200);
    long begin = System.nanoTime();
    api.post(PLAN, file).expect(200);
    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(5));
  }

  private int statementsOf(String path, int webhooks) {
    statements.set(0);
    api.post(path, file(webhooks, "5s")).expect(200);
    return statements.get();
  }

  private static String file(int webhooks, String retry) {
    StringBuilder file = new StringBuilder("keyValues:\n");
    for (int i = 0; i < 10; i++) {
      file.append("  - {name: k-%d, kind: secret, value: s-%d}\n".formatted(i, i));
    }
    file.append("webhooks:\n");
    for (int i = 0; i < webhooks; i++) {
      file.append(
          """
            - name: w-%d
              url: https://receiver-%d.example.com/hooks
              events: [com.example.a%d, "com.example.b%d.*"]
              filter: 'data.repository.full_name == "acme/shop-%d"'
              headers: [{name: X-Env, value: prod}, {name: X-Key, keyValue: k-%d}]
              retry: "%s"
          """
              .formatted(i, i, i % 500, i % 50, i, i % 10, retry));
    }
    return file.toString();
  }
}
