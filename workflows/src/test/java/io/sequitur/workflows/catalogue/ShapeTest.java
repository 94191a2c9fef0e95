package io.sequitur.workflows.catalogue;

import static org.assertj.core.api.Assertions.assertThat;

import io.sequitur.workflows.webhook.WebhookChecks;
import io.sequitur.workflows.webhook.WebhookDefinitionReader;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class ShapeTest {
  private final ObjectShape webhook =
      new WebhookDefinitionReader(
              new WebhookChecks(
                  text -> Optional.empty(),
                  text -> Optional.empty(),
                  text -> Optional.empty(),
                  text -> Optional.empty(),
                  text -> Optional.empty(),
                  text -> Optional.empty()))
          .shape();

  @Test
  void tellsTypesLimitsAndDefaults() {
    assertThat(webhook.fields())
        .containsEntry("url", new FieldShape.Text(2048))
        .containsEntry("active", new FieldShape.Flag(true))
        .containsEntry("maxConcurrency", new FieldShape.Whole(10, 1, 100))
        .containsEntry(
            "timeout",
            new FieldShape.Span(
                Duration.ofSeconds(15), Duration.ofMillis(100), Duration.ofSeconds(30)))
        .containsEntry("onExhausted", new FieldShape.Choice("block", List.of("block", "skip")))
        .containsEntry("events", new FieldShape.Texts(100));
    assertThat(webhook.required()).containsExactly("url");
  }

  @Test
  void tellsWhatNestedObjectsNeed() {
    assertThat(webhook.fields().get("headers"))
        .isInstanceOfSatisfying(
            FieldShape.Objects.class,
            headers -> {
              assertThat(headers.max()).isEqualTo(50);
              assertThat(headers.each().fields().keySet())
                  .containsExactly("name", "value", "keyValue");
              assertThat(headers.each().required()).containsExactly("name");
              assertThat(headers.each().oneOf())
                  .containsExactly(List.of("value"), List.of("keyValue"));
            });
    assertThat(webhook.fields().get("rateLimit"))
        .isInstanceOfSatisfying(
            FieldShape.Nested.class,
            limit -> assertThat(limit.object().required()).containsExactly("count", "per"));
  }

  @Test
  void tellsWhatStandsOnlyTogether() {
    ObjectShape shape =
        Recording.of(
            List.of("threshold", "after", "absent"),
            fields -> {
              boolean waits = fields.has("after") || fields.has("absent");
              int unused = fields.integer("threshold", 1, 1, 9);
              if (waits == fields.has("threshold")) {
                fields.problem("Either counts or waits.");
              }
              for (String field : List.of("after", "absent")) {
                List<String> texts = fields.texts(field, 9, text -> Optional.empty());
                if (waits && texts.isEmpty() && !fields.has(field)) {
                  fields.problem(field, "Is required.");
                }
              }
            });
    assertThat(shape.oneOf()).containsExactly(List.of("threshold"), List.of("after", "absent"));
    assertThat(shape.together())
        .containsEntry("after", Set.of("absent"))
        .containsEntry("absent", Set.of("after"))
        .hasSize(2);
    assertThat(shape.required()).isEmpty();
  }

  @Test
  void leavesOutWhatIsRefusedWhateverItHolds() {
    ObjectShape shape =
        Recording.of(
            List.of("deliver", "notify"),
            fields -> {
              if (fields.has("notify")) {
                fields.problem("notify", "Not available yet.");
              } else if (!fields.has("deliver")) {
                fields.problem("Must say what to do.");
              }
              List<String> unused = fields.texts("deliver", 9, text -> Optional.empty());
            });
    assertThat(shape.fields()).containsOnlyKeys("deliver");
    assertThat(shape.required()).containsExactly("deliver");
  }
}
