package io.sequitur.api.e2e;

import static io.sequitur.api.e2e.EndToEnd.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.sequitur.api.testing.Api;
import io.sequitur.api.testing.FakeReceiver;
import io.sequitur.api.testing.Received;
import io.sequitur.api.testing.Site;
import io.sequitur.api.testing.Site.Serving;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Production processes: keys, and several processes on one database. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Execution(ExecutionMode.CONCURRENT)
@Tag("slow")
final class ServeTest {
  private static final int EVENTS = 300;
  private static final int KEYS = 12;

  private final Site site = new Site();
  private final FakeReceiver receiver = new FakeReceiver();
  private String key = "";

  /** Two processes with every role, for the tests that need no process of their own. */
  private List<Serving> pair = List.of();

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
    pair = List.of(site.serve(Map.of()), site.serve(Map.of()));
  }

  @AfterAll
  void end() {
    site.close();
    receiver.close();
  }

  @Test
  void keysAreAskedForAndTheirScopesHold() {
    String reader = site.run("admin", "create-key", "reader", "--scope", "read");
    Serving serving = pair.getFirst();
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
    // What asks with a body only asks.
    serving.api(reader).post("/v1/catalogue/plan", "{}").expect(200);
    serving.api(reader).post("/v1/catalogue/apply", "{}").expect(403);
    String event = "{\"type\":\"t\",\"source\":\"s\"}";
    serving.api(reader).post("/v1/triggers/nobody/test", event).expect(404);
    assertThat(serving.api(null).get("/v1/webhooks?key=" + key).status()).isEqualTo(401);
  }

  @Test
  void twoProcessesDeliverNothingTwiceAndKeepEveryKeyInOrder() {
    List<Api> apis = pair.stream().map(serving -> serving.api(key)).toList();
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
  }
}
