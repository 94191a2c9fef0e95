package io.sequitur.workflows.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class StrictJsonTest {
  @Test
  void treeIsReadWhole() {
    assertThat(StrictJson.tree(utf8(" {\"a\":[1,\"😀\"]} ")).at("/a/1").textValue())
        .isEqualTo("😀");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "``|``|empty",
        "{\"a\":1,\"a\":2}|/a|twice",
        "{\"a\":{\"b\":[0,]}}|/a/b/1|line 1, column",
        "{\"a\":|/a|ends before",
        "{} {}|``|follows after",
        "\"\\ud800\"|``|surrogate"
      })
  void refusalNamesThePlace(String json, String pointer, String detail) {
    Problem problem = refusal(json);
    assertThat(problem.pointer()).isEqualTo(pointer);
    assertThat(problem.detail()).contains(detail);
  }

  @Test
  void depthAndSizeOfTreesAreLimited() {
    assertThat(StrictJson.tree(utf8("[".repeat(64) + "]".repeat(64))).isArray()).isTrue();
    assertThat(refusal("[".repeat(65) + "]".repeat(65)).detail()).contains("64 levels");
    assertThat(refusal("[" + " ".repeat(1 << 20) + "]").detail()).contains("1 MiB");
  }

  @Test
  void problemsStayShortAndNeverSplitACharacter() {
    Problem problem = new Problem("/" + "p".repeat(1000), "😀".repeat(1000));
    assertThat(problem.pointer()).hasSizeLessThan(310);
    assertThat(problem.detail()).endsWith("😀…").hasSizeLessThan(610);
    assertThat(Problem.shorten("a😀", 2)).isEqualTo("a…");
  }

  private static Problem refusal(String json) {
    return catchThrowableOfType(MalformedJson.class, () -> StrictJson.tree(utf8(json))).problem();
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
