package io.sequitur.workflows.catalogue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import io.sequitur.workflows.catalogue.Condition.Absence;
import io.sequitur.workflows.catalogue.Condition.Threshold;
import io.sequitur.workflows.json.Problem;
import io.sequitur.workflows.json.StrictJson;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ConditionReaderTest {
  private static final TriggerDefinitionReader READER =
      new TriggerDefinitionReader(WorkflowQueues.only(Set.of()));
  private static final String ACTIONS = "\"actions\":[{\"deliver\":[\"w\"]}]";

  @Test
  void aThresholdIsRead() {
    assertThat(
            condition("\"on\":{}", "{\"threshold\":5,\"within\":\"10m\",\"forEach\":\"subject\"}"))
        .isEqualTo(new Threshold(5, Duration.ofMinutes(10), ForEach.of("subject")));
  }

  @Test
  void anAbsenceIsReadAndNeedsNoOn() {
    assertThat(condition(null, "{\"after\":[\"a\",\"x.*\"],\"absent\":[\"b\"],\"within\":\"5m\"}"))
        .isEqualTo(
            new Absence(
                List.of(EventPattern.of("a"), EventPattern.of("x.*")),
                List.of(EventPattern.of("b")),
                Duration.ofMinutes(5),
                null));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"threshold\":5,\"within\":\"10m\",\"forEach\":\"data.a.b\"}",
        "{\"threshold\":1,\"within\":\"24h\"}",
        "{\"after\":[\"a\"],\"absent\":[\"b\",\"c.*\"],\"within\":\"5m\",\"forEach\":\"source\"}"
      })
  void whatIsStoredReadsBackTheSame(String written) {
    Condition condition = condition("\"on\":{}", written);
    JsonNode stored = ConditionReader.json(condition);
    assertThat(stored).hasToString(written);
    assertThat(ConditionReader.of(stored)).isEqualTo(condition);
  }

  @Test
  void theSameTimeIsStoredInOneForm() {
    assertThat(
            ConditionReader.json(condition("\"on\":{}", "{\"threshold\":2,\"within\":\"600s\"}")))
        .hasToString("{\"threshold\":2,\"within\":\"10m\"}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{}|/condition/within|required",
        "{\"within\":\"10m\"}|/condition|Write {\"threshold\": 5",
        "[]|/condition|Must be an object, not a list.",
        "{\"threshold\":5}|/condition/within|required",
        "{\"threshold\":0,\"within\":\"10m\"}|/condition/threshold|from 1 to 1000000",
        "{\"threshold\":2.5,\"within\":\"10m\"}|/condition/threshold|whole number",
        "{\"threshold\":\"5\",\"within\":\"10m\"}|/condition/threshold|whole number",
        "{\"threshold\":5,\"within\":600}|/condition/within|a duration with a unit",
        "{\"threshold\":5,\"within\":\"10 minutes\"}|/condition/within|a duration with a unit",
        "{\"threshold\":5,\"within\":\"999ms\"}|/condition/within|from 1s to 30d",
        "{\"threshold\":5,\"within\":\"31d\"}|/condition/within|from 1s to 30d",
        "{\"threshold\":5,\"within\":\"1m\",\"forEach\":\"sujet\"}|/condition/forEach|Did you mean `subject`?",
        "{\"threshold\":5,\"within\":\"1m\",\"forEach\":7}|/condition/forEach|Must be a string",
        "{\"threshold\":5,\"within\":\"1m\",\"foreach\":\"subject\"}|/condition/foreach|Did you mean `forEach`?",
        "{\"threshold\":5,\"within\":\"1m\",\"after\":[\"a\"],\"absent\":[\"b\"]}|/condition|cannot do both",
        "{\"within\":\"1m\",\"after\":[\"a\"]}|/condition/absent|required with at least one",
        "{\"within\":\"1m\",\"absent\":[\"b\"]}|/condition/after|required with at least one",
        "{\"within\":\"1m\",\"after\":[],\"absent\":[\"b\"]}|/condition/after|required with at least one",
        "{\"within\":\"1m\",\"after\":[\"a b\"],\"absent\":[\"b\"]}|/condition/after/0|no spaces",
        "{\"within\":\"1m\",\"after\":[\"other\"],\"absent\":[\"b\"]}|/condition|`other`, which `on.events` leaves out"
      })
  void mistakesAreListedWithTheirPlace(String condition, String pointer, String detail) {
    assertThat(refusal("\"on\":{\"events\":[\"a\"]}", condition))
        .anySatisfy(problem -> {
          assertThat(problem.pointer()).isEqualTo(pointer);
          assertThat(problem.detail()).contains(detail);
        });
  }

  @Test
  void aThresholdNeedsAnOn() {
    assertThat(refusal(null, "{\"threshold\":5,\"within\":\"1m\"}"))
        .extracting(Problem::pointer)
        .containsExactly("/on");
  }

  @Test
  void aStoredOneThatIsWrongSaysWhy() {
    assertThatThrownBy(() -> ConditionReader.of(node("{\"threshold\":5}")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("`within` is required");
    assertThatThrownBy(() -> ConditionReader.of(node("7")))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static Condition condition(@Nullable String on, String condition) {
    return Objects.requireNonNull(READER.read("t", trigger(on, condition)).condition());
  }

  private static List<Problem> refusal(@Nullable String on, String condition) {
    return catchThrowableOfType(
            InvalidDefinition.class, () -> READER.read("t", trigger(on, condition)))
        .problems();
  }

  private static JsonNode trigger(@Nullable String on, String condition) {
    return node(
        "{" + (on == null ? "" : on + ",") + "\"condition\":" + condition + "," + ACTIONS + "}");
  }

  private static JsonNode node(String json) {
    return StrictJson.tree(json.getBytes(StandardCharsets.UTF_8));
  }
}
