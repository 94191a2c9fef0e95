package io.sequitur.api.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sequitur.api.testing.FakeReceiver;
import io.sequitur.api.testing.Received;
import io.sequitur.api.testing.SequiturProcess;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Conditions over HTTP: what fires, what does not, and what an event shows of it. */
final class ConditionTest extends EndToEnd {
  ConditionTest(SequiturProcess sequitur, FakeReceiver receiver) {
    super(sequitur, receiver);
  }

  @BeforeEach
  void makeWebhook() {
    api.webhook(name, "{\"url\":\"%s\"}".formatted(receiver.url(path)));
  }

  @Test
  void aThresholdFiresForTheEventThatReachesItOncePerWindowAndKey() {
    trigger(
        "\"on\":{\"events\":[\"%s\"],\"filter\":\"data.final\"}".formatted(type),
        "{\"threshold\":3,\"within\":\"1h\",\"forEach\":\"data.job\"}");
    List<String> events = new ArrayList<>();
    for (String job : List.of("x", "y", "x", "y", "x", "x", "x")) {
      events.add(
          publish("e" + events.size(), "\"data\":{\"job\":\"%s\",\"final\":true}".formatted(job)));
      publish("n" + events.size(), "\"data\":{\"job\":\"%s\",\"final\":false}".formatted(job));
    }
    List<JsonNode> conditions = events.stream().map(this::routedCondition).toList();
    assertThat(conditions.stream().map(c -> c.path("state").asText() + c.path("count")))
        .containsExactly(
            "counted1", "counted1", "counted2", "counted2", "fired3", "counted4", "counted5");
    assertThat(conditions).allMatch(c -> c.path("threshold").asInt() == 3);
    assertThat(awaitReceived(1)).extracting(Received::id).containsExactly(events.get(4));
    assertThat(api.deliveries(name)).hasSize(1);
  }

  @Test
  void anAbsenceFiresForTheEventThatNothingFollowed() {
    trigger(null, absence("2s"));
    String alone = send("a", "alone");
    String followed = send("a", "followed");
    String again = send("a", "alone");
    String follower = send("b", "followed");

    assertThat(awaitReceived(1)).extracting(Received::id).containsExactly(alone);
    assertThat(state(alone)).isEqualTo("fired");
    assertThat(state(followed)).isEqualTo("called-off");
    assertThat(state(again)).isEqualTo("joined");
    assertThat(state(follower)).isEqualTo("arrived");
    assertThat(api.deliveries(name)).hasSize(1);
    // The next window of the key is as good as the first.
    String next = send("a", "alone");
    assertThat(awaitReceived(2)).extracting(Received::id).containsExactly(alone, next);
  }

  @Test
  void aChangedTriggerDropsItsOpenWindows() {
    trigger(null, absence("1h"));
    String event = send("a", "s");
    assertThat(state(event)).isEqualTo("waiting");
    trigger(null, absence("2h"));
    assertThat(state(event)).isEqualTo("dropped");
  }

  @Test
  void aConditionIsShownAndPlannedAsItWasWritten() {
    String condition = absence("24h");
    trigger(null, condition);
    JsonNode shown = api.get("/v1/triggers/" + name).expect(200).json();
    assertThat(shown.path("condition")).hasToString(condition);
    String file =
        "{\"triggers\":[{\"name\":\"%s\",\"on\":{},\"condition\":%s,\"actions\":[{\"deliver\":[\"%s\"]}]}]}";
    assertThat(plan(file.formatted(name, condition, name))).isEqualTo("unchanged");
    assertThat(plan(file.formatted(name, absence("25h"), name))).isEqualTo("updated");
  }

  private String plan(String file) {
    JsonNode plan = api.post("/v1/catalogue/plan", file).expect(200).json();
    for (JsonNode change : plan.path("changes")) {
      if (change.path("name").asText().equals(name)) {
        return change.path("action").asText();
      }
    }
    throw new AssertionError("the plan does not name the trigger: " + plan);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"threshold\":5}|/condition/within",
        "{\"threshold\":-1,\"within\":\"10m\"}|/condition/threshold",
        "{\"after\":[\"a\"],\"within\":\"10m\"}|/condition/absent",
        "{\"threshold\":5,\"within\":\"10m\",\"forEach\":\"data\"}|/condition/forEach"
      })
  void mistakesAreRefusedWithTheirPlace(String condition, String pointer) {
    JsonNode problem =
        api.put("/v1/triggers/" + name, body("\"on\":{}", condition)).expect(422).json();
    assertThat(problem.path("errors").findValuesAsText("pointer")).contains(pointer);
  }

  private String absence(String within) {
    return "{\"after\":[\"%s.a\"],\"absent\":[\"%s.b\"],\"within\":\"%s\",\"forEach\":\"subject\"}"
        .formatted(type, type, within);
  }

  private void trigger(@Nullable String on, String condition) {
    int status = api.put("/v1/triggers/" + name, body(on, condition)).status();
    assertThat(status).isIn(200, 201);
  }

  private String body(@Nullable String on, String condition) {
    return "{%s\"condition\":%s,\"actions\":[{\"deliver\":[\"%s\"]}]}"
        .formatted(on == null ? "" : on + ",", condition, name);
  }

  private String send(String kind, String subject) {
    return api.publish(
        "{\"source\":\"%s\",\"type\":\"%s.%s\",\"subject\":\"%s\"}"
            .formatted(name, type, kind, subject));
  }

  private String state(String event) {
    return routedCondition(event).path("state").asText();
  }

  /** What the event's one match says, when it is routed. */
  private JsonNode routedCondition(String event) {
    JsonNode routed =
        eventually("event " + event + " routed")
            .until(
                () -> api.get("/v1/events/" + event).expect(200).json(),
                json -> json.path("state").asText().equals("routed"));
    assertThat(routed.path("matches")).hasSize(1);
    assertThat(routed.at("/matches/0/trigger").asText()).isEqualTo(name);
    return routed.at("/matches/0/condition");
  }
}
