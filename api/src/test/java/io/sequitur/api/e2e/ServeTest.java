package io.sequitur.api.e2e;

import static io.sequitur.api.e2e.EndToEnd.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.sequitur.api.testing.Api;
import io.sequitur.api.testing.FakeReceiver;
import io.sequitur.api.testing.FaultProxy;
import io.sequitur.api.testing.Received;
import io.sequitur.api.testing.Site;
import io.sequitur.api.testing.Site.Serving;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * Production processes: keys, roles, several of them on one database, and a database that is late.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ServeTest {
  private static final int EVENTS = 300;
  private static final int KEYS = 12;

  private final Site site = new Site();
  private final FakeReceiver receiver = new FakeReceiver();
  private String key = "";

  @BeforeAll
  void migrate() {
    String unused = site.run("migrate");
    key =
        site.run(
            "admin",
            "create-key",
            "e2e",
            "--scope",
            "publish",
            "--scope",
            "read",
            "--scope",
            "write");
  }

  @AfterAll
  void end() {
    site.close();
    receiver.close();
  }

  @Test
  void keysAreAskedForAndTheirScopesHold() {
    String reader = site.run("admin", "create-key", "reader", "--scope", "read");
    Serving serving = site.serve(Map.of());
    try {
      serving.api(null).get("/v1/webhooks").expect(401);
      serving.api(null).get("/openapi.yml").expect(200);
      serving.api("sq_wrong").get("/v1/webhooks").expect(401);
      serving.api(key).get("/v1/webhooks").expect(200);
      serving.api(reader).get("/v1/webhooks").expect(200);
      serving.api(reader).post("/v1/events", "{}").expect(403);
      serving
          .api(reader)
          .put("/v1/key-values/a", "{\"kind\":\"static\",\"value\":\"a\"}")
          .expect(403);
      assertThat(serving.api(null).get("/v1/webhooks?key=" + key).status()).isEqualTo(401);
    } finally {
      serving.process().kill();
    }
  }

  @Test
  void twoProcessesDeliverNothingTwiceAndKeepEveryKeyInOrder() {
    Serving first = site.serve(Map.of());
    Serving second = site.serve(Map.of());
    try {
      List<Api> apis = List.of(first.api(key), second.api(key));
      String secret =
          apis.getFirst()
              .webhook(
                  "two",
                  "{\"url\":\"%s\",\"ordered\":true,\"events\":[\"two\"]}"
                      .formatted(receiver.url("/two")));
      for (int i = 0; i < EVENTS; i++) {
        String unused =
            apis.get(i % 2)
                .publish(
                    "{\"id\":\"%d\",\"source\":\"s\",\"type\":\"two\",\"partitionkey\":\"k%d\"}"
                        .formatted(i, i % KEYS));
      }
      eventually("all arrived").until(() -> receiver.received("/two").size() >= EVENTS);
      eventually("all are recorded")
          .until(() ->
              site.pg()
                      .count(
                          "select count(*) from sequitur.delivery where webhook = 'two' and state <> 'delivered'")
                  == 0);

      List<Received> all = receiver.received("/two");
      all.forEach(request -> request.verify(secret));
      assertThat(all).hasSize(EVENTS).extracting(Received::id).doesNotHaveDuplicates();
      all.stream()
          .collect(Collectors.groupingBy(request -> request.header("sequitur-key")))
          .values()
          .forEach(lane ->
              assertThat(lane.stream().map(Received::sequence)).isSorted().hasSize(EVENTS / KEYS));
    } finally {
      first.process().kill();
      second.process().kill();
    }
  }

  @Test
  void rolesMayRunApart() {
    Serving door = site.serve(Map.of(), "--roles", "api");
    Serving engine = site.serve(Map.of(), "--roles", "dispatcher,worker");
    try {
      Api api = door.api(key);
      String unusedSecret =
          api.webhook(
              "apart", "{\"url\":\"%s\",\"events\":[\"apart\"]}".formatted(receiver.url("/apart")));
      String unused = api.publish("{\"id\":\"1\",\"source\":\"apart\",\"type\":\"apart\"}");
      eventually("it arrived").until(() -> receiver.received("/apart").size() == 1);
      engine.api(key).get("/v1/webhooks").expect(404);
    } finally {
      door.process().kill();
      engine.process().kill();
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
