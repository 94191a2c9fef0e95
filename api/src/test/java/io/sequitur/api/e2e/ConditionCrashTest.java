package io.sequitur.api.e2e;

import static io.sequitur.api.e2e.EndToEnd.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.sequitur.api.testing.FakeReceiver;
import io.sequitur.api.testing.Received;
import io.sequitur.api.testing.SequiturProcess;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The process ends while windows are open. With the embedded Temporal its whole memory ends with
 * it, so the rows alone must fire.
 */
@Tag("slow")
final class ConditionCrashTest {
  private static final String PATH = "/condition";

  private final SequiturProcess sequitur = SequiturProcess.start();
  private final FakeReceiver receiver = new FakeReceiver();

  @AfterEach
  void end() {
    sequitur.close();
    receiver.close();
  }

  @Test
  void openWindowsFireAfterARestart() {
    sequitur.api().webhook("w", "{\"url\":\"%s\"}".formatted(receiver.url(PATH)));
    trigger("soon", "{\"after\":[\"a\"],\"absent\":[\"b\"],\"within\":\"2s\"}");
    trigger("late", "{\"after\":[\"d\"],\"absent\":[\"e\"],\"within\":\"1h\"}");
    trigger("many", "{\"threshold\":2,\"within\":\"1h\"}");
    String fires = send("a");
    String waits = send("d");
    send("c");
    awaitRouted(3);

    sequitur.kill();
    sequitur.restart();
    assertThat(state(waits)).isEqualTo("waiting");
    String reaches = send("c");
    send("e");

    eventually("both fire").until(() -> received().size() >= 2);
    awaitRouted(5);
    assertThat(received()).containsExactlyInAnyOrder(fires, reaches);
    assertThat(state(waits)).isEqualTo("called-off");
    assertThat(state(fires)).isEqualTo("fired");
  }

  private String state(String event) {
    return sequitur
        .api()
        .get("/v1/events/" + event)
        .expect(200)
        .json()
        .at("/matches/0/condition/state")
        .asText();
  }

  private List<String> received() {
    return receiver.received(PATH).stream().map(Received::id).toList();
  }

  private void trigger(String name, String condition) {
    sequitur
        .api()
        .put(
            "/v1/triggers/" + name,
            "{\"on\":{%s},\"condition\":%s,\"actions\":[{\"deliver\":[\"w\"]}]}"
                .formatted(name.equals("many") ? "\"events\":[\"c\"]" : "", condition))
        .expect(201);
  }

  private String send(String type) {
    return sequitur.api().publish("{\"source\":\"s\",\"type\":\"%s\"}".formatted(type));
  }

  private void awaitRouted(int events) {
    eventually("events are routed")
        .until(() -> sequitur.pg().count("select count(*) from sequitur.routing") == events);
  }
}
