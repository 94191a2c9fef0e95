package io.sequitur.api.document;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sequitur.workflows.json.Problem;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class DocumentTest {
  private static final String FILE =
      """
      webhooks:
        - name: erp
          url: https://erp.example.com   # a comment
          headers:
            - {name: X-Env, value: prod}
      triggers:
        - on: {events: [a]}
      """;

  @Test
  void yamlAndJsonGiveTheSameTree() {
    String json =
        """
        {"webhooks":[{"name":"erp","url":"https://erp.example.com","headers":[{"name":"X-Env","value":"prod"}]}],
        \t"triggers":[{"on":{"events":["a"]}}]}\
        """;
    assertThat(read(FILE).problems()).isEmpty();
    assertThat(read(FILE).json()).isEqualTo(read(json).json());
  }

  @ParameterizedTest
  @CsvSource({
    "'',1,1",
    "/webhooks,1,1",
    "/webhooks/0,2,5",
    "/webhooks/0/url,3,5",
    "/webhooks/0/missing,2,5",
    "/webhooks/0/headers/0/value,5,23",
    "/webhooks/0/headers/7,4,5",
    "/webhooks/x/url,1,1",
    "/triggers/0/on/events/0,7,19",
    "/triggers/0/on/events/0/deeper,7,19",
  })
  void everyPointerHasAPlace(String pointer, int line, int column) {
    PlacedProblem placed = read(FILE).place(new Problem(pointer, "wrong"));
    assertThat(placed).isEqualTo(new PlacedProblem(pointer, "wrong", line, column));
  }

  @Test
  void placesOfJsonAreThoseOfJson() {
    Document document = read("{\n  \"webhooks\": [\n    {\"url\": 1}]}");
    assertThat(places(document, "/webhooks/0/url")).isEqualTo("3:6");
    assertThat(places(document, "/webhooks/0")).isEqualTo("3:5");
  }

  @Test
  void longNamesAndSlashesAreFound() {
    String name = "a/~" + "x".repeat(100);
    Document document = read("b: 1\n? " + name + "\n: 2\n");
    assertThat(places(document, Problem.child("", name))).isEqualTo("2:3");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "on | \"on\"",
        "yes | \"yes\"",
        "1:30 | \"1:30\"",
        "5s 5m | \"5s 5m\"",
        "'5' | \"5\"",
        "5 | 5",
        "0o17 | 15",
        "0x1F | 31",
        "1e3 | 1000",
        "-0.5 | -0.5",
        "~ | null",
        "True | true",
        "2026-11-21 | \"2026-11-21\"",
        ".inf | \".inf\"",
        "\"\\u00fc\" | \"ü\"",
      })
  void plainScalarsMeanWhatYaml12SaysTheyMean(String yaml, String json) {
    JsonNode read = read("a: " + yaml).json().get("a");
    JsonNode expected = read("{\"a\": " + json + "}").json().get("a");
    assertThat(read.getNodeType()).isEqualTo(expected.getNodeType());
    if (read.isNumber()) {
      assertThat(read.decimalValue()).isEqualByComparingTo(expected.decimalValue());
    } else {
      assertThat(read).isEqualTo(expected);
    }
  }

  @Test
  void everyErrorIsListedInTheOrderOfTheText() {
    Document document =
        read(
            """
            a: 1
            b: !!java.net.URL [x]
            a: 2
            c: "\\0"
            """);
    List<Problem> found = List.of(new Problem("/b/0", "Unknown."), new Problem("/c", "Too short."));
    assertThat(document.allProblems(found))
        .extracting(problem -> problem.line() + ":" + problem.column() + " " + problem.detail())
        .containsExactly(
            "2:4 Type tags (`!…`) are not allowed.",
            "2:20 Unknown.",
            "3:1 `a` stands twice; first in line 1.",
            "4:1 Too short.",
            "4:4 Has a NUL or half of a surrogate pair, which is not allowed.");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a: [1, 2\\nb: 3 | 2:2",
        "a: 1\\n\\tb: 2 | 2:1",
        "a: *nobody | 1:4",
        "a: &x [*x] | 1:8",
        "? [a]\\n: b | 1:3",
        "a: 1\\n---\\nb: 2 | 2:1",
        "a: \\u0007 | 1:4",
        "{\"a\": 1,\\n \"a\": 2} | 2:5",
        "{\"a\":\\n tru} | 2:2",
        "{\"a\": 1} x | 1:10",
      })
  void whatCannotBeReadSaysWhere(String text, String place) {
    Document document =
        read(text.replace("\\n", "\n").replace("\\t", "\t").replace("\\u0007", "\u0007"));
    assertThat(document.root()).isNull();
    assertThat(document.problems())
        .singleElement()
        .extracting(problem -> problem.line() + ":" + problem.column())
        .isEqualTo(place);
  }

  @Test
  void aliasesShareUntilTheyAreABomb() {
    assertThat(read("a: &x {b: 1}\nc: *x").json().at("/c/b").intValue()).isEqualTo(1);
    StringBuilder bomb = new StringBuilder("a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol]\n");
    for (int i = 1; i < 30; i++) {
      bomb.append("a%d: &a%d [".formatted(i, i));
      bomb.append("*a%d, ".formatted(i - 1).repeat(9)).append("]\n");
    }
    assertThat(read(bomb.toString()).problems())
        .extracting(PlacedProblem::detail)
        .containsExactly("What the aliases stand for is too large.");
  }

  @Test
  void depthIsBoundedAlsoThroughAliases() {
    assertThat(read("[".repeat(100_000)).problems()).hasSize(1);
    assertThat(read("{\"a\":".repeat(100_000)).problems()).hasSize(1);
    StringBuilder chain = new StringBuilder("a0: &a0 [x]\n");
    for (int i = 1; i < 100; i++) {
      chain.append("a%d: &a%d [*a%d]\n".formatted(i, i, i - 1));
    }
    assertThat(read(chain.toString()).problems().getFirst().detail()).contains("64 levels");
  }

  @Test
  void widthAndTheNumberOfProblemsAreBounded() {
    StringBuilder wide = new StringBuilder();
    for (int i = 0; i < 2000; i++) {
      wide.append("a%d: 1\n".formatted(i));
    }
    assertThat(read(wide.toString()).problems().getFirst().detail()).contains("1000 fields");
    assertThat(read("a: !x 1\n".repeat(20_000)).problems()).hasSizeLessThan(10_002);
    assertThat(read("a: !x 1\n".repeat(3000)).allProblems(List.of())).hasSize(1001);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "  \n",
        "# only a comment",
        "%YAML 9.9\n---\na: 1",
        "%TAG ! x\n%TAG ! x\n---\na",
        "a: \"\\UFFFFFFFF\"",
        "a: \"\\x",
        "!<",
        "&",
        "*",
        "- - -",
        ": :",
        "a: |9999999999",
        "a: 1e99999999999",
        "{\"a\": 1e99999999999}",
        "{\"a\": \"\\ud800\"}",
        "{",
        "}",
        "\u0000",
        "a: \"\\ud800\"",
      })
  void hostileTextsAreAnsweredWithProblemsAtMost(String text) {
    Document document = read(text);
    assertThat(document.root() == null && document.problems().isEmpty()).isFalse();
  }

  @Test
  void randomTextsAreAnsweredWithProblemsAtMost() {
    String alphabet = "{}[]:,-?&*!|>'\"%@`#~ \n\t\\0aé\u2028\uD83D\uDE00x<";
    Random random = new Random(20261121);
    for (int i = 0; i < 20_000; i++) {
      StringBuilder text = new StringBuilder();
      int length = random.nextInt(40);
      for (int j = 0; j < length; j++) {
        text.append(alphabet.charAt(random.nextInt(alphabet.length())));
      }
      Document document = read(text.toString());
      assertThat(document.root() == null && document.problems().isEmpty())
          .as(text.toString())
          .isFalse();
    }
  }

  @Test
  void bytesThatAreNotUtf8SayWhere() {
    Document document = Document.read(new byte[] {'a', ':', '\n', 'b', (byte) 0xC0, 'c'});
    assertThat(document.problems())
        .containsExactly(new PlacedProblem("", "The document is not UTF-8 here.", 2, 2));
  }

  @Test
  void linesWithoutEndAreRefusedAndManyLinesAreNot() {
    Document endless = read("webhooks: []\n# " + "x".repeat(8_000_000));
    assertThat(endless.problems())
        .singleElement()
        .extracting(PlacedProblem::detail, PlacedProblem::line)
        .containsExactly("This line has more than 262144 characters; break it.", 2);
    assertThat(read("# a comment\n".repeat(100_000) + "webhooks: []").problems()).isEmpty();
  }

  @Test
  void whatIsWrittenIsReadAgain() {
    String json =
        """
        {"keyValues":[],"webhooks":[{"name":"null","url":"https://a:8/b?c=d#e","description":"Zwei\\nZeilen \\u2028 \\u0085 😀 \\"q\\"",
        "active":false,"events":["*","com.github.*","on","1e3","0o17","true",""," x "],"maxConcurrency":10,
        "headers":[{"name":"X-A","value":""},{"name":"X-B","value":"- b: c"}]}],
        "triggers":[{"name":"1.5","on":{},"actions":[{"deliver":["a","b"]}]}]}\
        """;
    Document document = read(json);
    String yaml = YamlWriter.write(document.json());
    assertThat(read(yaml).problems()).isEmpty();
    assertThat(read(yaml).json()).isEqualTo(document.json());
  }

  private static String places(Document document, String pointer) {
    PlacedProblem placed = document.place(new Problem(pointer, ""));
    return placed.line() + ":" + placed.column();
  }

  private static Document read(String text) {
    return Document.read(text.getBytes(StandardCharsets.UTF_8));
  }
}
