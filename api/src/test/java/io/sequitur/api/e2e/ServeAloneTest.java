package io.sequitur.api.e2e;

import static io.sequitur.api.e2e.EndToEnd.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.sequitur.api.testing.Api;
import io.sequitur.api.testing.FakeReceiver;
import io.sequitur.api.testing.FaultProxy;
import io.sequitur.api.testing.Site;
import io.sequitur.api.testing.Site.Serving;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Production processes that no other one may help: roles apart, and a database that is late. Each
 * test has a site of its own.
 */
@Tag("slow")
final class ServeAloneTest {
  private final Site site = new Site();
  private final FakeReceiver receiver = new FakeReceiver();
  private String key = "";

  @BeforeEach
  void migrate() {
    String unused = site.run("migrate");
    key = site.run("admin", "create-key", "e2e");
  }

  @AfterEach
  void end() {
    site.close();
    receiver.close();
  }

  @Test
  void rolesMayRunApart() {
    Serving door = site.serve(Map.of(), "--roles", "api");
    try {
      Api api = door.api(key);
      String unusedSecret =
          api.webhook(
              "apart", "{\"url\":\"%s\",\"events\":[\"apart\"]}".formatted(receiver.url("/apart")));
      String unused = api.publish("{\"id\":\"1\",\"source\":\"apart\",\"type\":\"apart\"}");
      assertThat(
              site.pg()
                  .count(
                      "select count(*) from sequitur.outbox join sequitur.event on id = event_id where type = 'apart'"))
          .as("who only serves does not route")
          .isEqualTo(1);
      Serving engine = site.serve(Map.of(), "--roles", "dispatcher,worker");
      eventually("it arrived").until(() -> receiver.received("/apart").size() == 1);
      engine.api(key).get("/v1/webhooks").expect(404);
    } finally {
      door.process().kill();
    }
  }

  @Test
  void startsBeforePostgresAndComesUpWithIt() {
    try (FaultProxy link = new FaultProxy(site.owner().host(), site.owner().port())) {
      Serving serving = site.serve(Map.of("SEQUITUR_DATABASE_APP_URL", site.appBehind(link)));
      try {
        Api api = serving.api(key);
        assertThat(api.get("/v1/webhooks").status()).isEqualTo(503);
        link.open();
        eventually("it answers").until(() -> api.get("/v1/webhooks").status() == 200);
        String unusedSecret =
            api.webhook(
                "late", "{\"url\":\"%s\",\"events\":[\"late\"]}".formatted(receiver.url("/late")));
        String unused = api.publish("{\"id\":\"1\",\"source\":\"late\",\"type\":\"late\"}");
        eventually("it arrived").until(() -> receiver.received("/late").size() == 1);
      } finally {
        serving.process().kill();
      }
    }
  }
}
