package io.sequitur.api.mode.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sequitur.api.cli.text.Json;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/**
 * Two platforms hold a copy of the triggers, and both answer each notice with 204. Only what was
 * acknowledged makes one CLEAN.
 */
final class PlatformsStep implements Step {
  private static final Duration LOOK = Duration.ofMillis(50);

  @Override
  public void play(Stage stage) throws InterruptedException {
    Timeline timeline = stage.timeline();
    timeline.step("Two platforms keep a copy of the triggers, and one of them lies");
    try (Platform honest = new Platform("honest", stage.api(), true);
        Platform liar = new Platform("liar", stage.api(), false)) {
      register(stage, honest);
      timeline.tell("honest  pulls what it is told of, and acknowledges what it holds");
      register(stage, liar);
      timeline.tell("liar    answers 204 like the other one, and does nothing");
      await(stage, () -> honest.holds() > 0 && isClean(look(stage, honest)));
      long first = honest.holds();
      stage.setToken("another one for both platforms");
      await(
          stage,
          () -> liar.notices() > 0 && honest.holds() > first && isClean(look(stage, honest)));
      tell(stage, honest, liar, first);
      stage.api().delete("/v1/sync-targets/honest");
      stage.api().delete("/v1/sync-targets/liar");
    }
  }

  private static void tell(Stage stage, Platform honest, Platform liar, long first) {
    JsonNode said = look(stage, honest);
    long applied = said.path("applied").asLong();
    stage
        .timeline()
        .check(
            Guarantee.SYNC,
            isClean(said) && applied == honest.holds() && applied > first,
            "honest: %s at generation %d, and it holds %d"
                .formatted(said.path("state").asText(), applied, honest.holds()));
    JsonNode lied = look(stage, liar);
    stage
        .timeline()
        .check(
            Guarantee.SYNC,
            !isClean(lied) && !lied.path("proven").asBoolean() && liar.notices() > 0,
            "liar: %s, although it answered 204 to %d notices"
                .formatted(lied.path("state").asText(), liar.notices()));
  }

  private static void register(Stage stage, Platform platform) {
    ObjectNode target = Json.object().put("url", platform.url());
    target.put("debounce", "50ms").put("ackTimeout", "1s");
    stage.put("/v1/sync-targets/" + platform.name(), target);
  }

  private static JsonNode look(Stage stage, Platform platform) {
    return stage.api().get("/v1/sync-targets/" + platform.name()).json();
  }

  private static boolean isClean(JsonNode target) {
    return target.path("state").asText().equals("CLEAN");
  }

  private static void await(Stage stage, BooleanSupplier wanted) throws InterruptedException {
    long until = System.nanoTime() + stage.patience().toNanos();
    while (!wanted.getAsBoolean() && System.nanoTime() - until < 0) {
      Thread.sleep(LOOK);
    }
  }
}
