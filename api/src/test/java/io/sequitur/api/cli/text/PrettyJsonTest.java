package io.sequitur.api.cli.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PrettyJsonTest {

  @Test
  void onlyWhiteSpaceMoves() {
    String text =
        "{\"a\":1.50,\"a\":-0e+7 ,\"s\":\"{\\\"x\\\": [1,2]}\\u00e9\",\n\"l\":[ ],\"m\":[[1],{}]}";

    assertThat(PrettyJson.indent(text))
        .isEqualTo(
            """
            {
              "a": 1.50,
              "a": -0e+7,
              "s": "{\\"x\\": [1,2]}\\u00e9",
              "l": [],
              "m": [
                [
                  1
                ],
                {}
              ]
            }\
            """);
  }

  @Test
  void textThatIsNotJsonComesOutAnyway() {
    assertThat(PrettyJson.indent("]\"open")).isEqualTo("\n]\"open");
  }
}
