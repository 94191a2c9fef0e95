package io.sequitur.workflows.catalogue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.sequitur.workflows.catalogue.KeyValueDefinition.Kind;
import io.sequitur.workflows.json.StrictJson;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class KeyValueDefinitionTest {
  private static final KeyValueDefinitionReader READER =
      new KeyValueDefinitionReader(
          text -> text.contains("\n") ? Optional.of("Has a line end.") : Optional.empty());

  @ParameterizedTest
  @CsvSource({
    "static, plain text, STATIC",
    "environment, ERP_TOKEN, ENVIRONMENT",
    "secret, s3cr3t, SECRET"
  })
  void everyKindIsRead(String kind, String value, Kind expected) {
    assertThat(read("{\"kind\":\"" + kind + "\",\"value\":\"" + value + "\"}"))
        .isEqualTo(new KeyValueDefinition("token", expected, value));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"value\":\"v\"}|/kind|required",
        "{\"kind\":\"SECRET\",\"value\":\"v\"}|/kind|Must be \"static\" or",
        "{\"kind\":5,\"value\":\"v\"}|/kind|Must be \"static\" or",
        "{\"kind\":\"secret\"}|/value|required",
        "{\"kind\":\"secret\",\"value\":7}|/value|Must be a string, not a number.",
        "{\"kind\":\"secret\",\"value\":\"a\\nb\"}|/value|Has a line end.",
        "{\"kind\":\"environment\",\"value\":\"not a name\"}|/value|environment variable",
        "{\"kind\":\"secret\",\"value\":\"v\",\"version\":3}|/version|Unknown field",
        "{\"kind\":\"secret\",\"valeu\":\"v\"}|/valeu|Did you mean `value`?"
      })
  void mistakesAreListedWithTheirPlace(String json, String pointer, String detail) {
    assertThat(refusal(json).problems())
        .anySatisfy(problem -> {
          assertThat(problem.pointer()).isEqualTo(pointer);
          assertThat(problem.detail()).contains(detail);
        });
  }

  @Test
  void lengthOfValuesIsLimited() {
    String fits = "v".repeat(4096);
    assertThat(read("{\"kind\":\"secret\",\"value\":\"" + fits + "\"}").value()).isEqualTo(fits);
    assertThat(refusal("{\"kind\":\"secret\",\"value\":\"" + fits + "x\"}").problems()).hasSize(1);
  }

  @Test
  void secretStandsInNoTextAboutIt() {
    assertThat(read("{\"kind\":\"secret\",\"value\":\"s3cr3t\"}").toString())
        .doesNotContain("s3cr3t");
    assertThat(refusal("{\"kind\":\"secret\",\"value\":\"s3cr3t\\n\"}"))
        .hasMessageNotContaining("s3cr3t");
  }

  private static KeyValueDefinition read(String json) {
    return READER.read("token", StrictJson.tree(json.getBytes(StandardCharsets.UTF_8)));
  }

  private static InvalidDefinition refusal(String json) {
    return catchThrowableOfType(InvalidDefinition.class, () -> read(json));
  }
}
