package io.sequitur.workflows.event;

import static io.sequitur.workflows.event.Reading.event;
import static io.sequitur.workflows.event.Reading.refusalOf;
import static io.sequitur.workflows.event.Reading.structured;
import static io.sequitur.workflows.event.Reading.utf8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.sequitur.workflows.event.InvalidEvent.Kind;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class HostileJsonTest {
  static Stream<Arguments> malformed() {
    return Stream.of(
        arguments("empty body", ""),
        arguments("only white space", "  \n"),
        arguments("a scalar", "1"),
        arguments("cut short", "{\"id\":\"1\",\"data\":{\"a\":"),
        arguments("cut in a string", "{\"id\":\"1"),
        arguments("second value", event("") + "{}"),
        arguments("trailing garbage", event("") + "x"),
        arguments("trailing comma", event("\"data\":[1,]")),
        arguments("comment", event("\"data\":1 /* */")),
        arguments("single quotes", "{'id':'1'}"),
        arguments("unquoted name", "{id:1}"),
        arguments("NaN", event("\"data\":NaN")),
        arguments("leading zero", event("\"data\":01")),
        arguments("plus sign", event("\"data\":+1")),
        arguments("number without fraction", event("\"data\":1.")),
        arguments("unknown escape", event("\"data\":\"\\x\"")),
        arguments("short unicode escape", event("\"data\":\"\\u12\"")),
        arguments("raw newline in a string", event("\"data\":\"a\nb\"")),
        arguments("duplicate attribute", event("\"id\":\"2\"")),
        arguments("duplicate data", event("\"data\":1,\"data\":2")),
        arguments("duplicate key in data", event("\"data\":{\"a\":1,\"a\":2}")),
        arguments("duplicate key, escaped", event("\"data\":{\"a\":1,\"\\u0061\":2}")),
        arguments("lone high surrogate", event("\"data\":\"\\ud800\"")),
        arguments("lone low surrogate", event("\"data\":\"\\uDC00\"")),
        arguments("surrogates the wrong way", event("\"data\":\"\\udc00\\ud800\"")),
        arguments("high surrogate, other escape", event("\"data\":\"\\ud800\\n\"")),
        arguments("lone surrogate in a key", event("\"data\":{\"\\udbff\":1}")),
        arguments("escaped NUL", event("\"data\":\"a\\u0000\"")),
        arguments("escaped NUL in a key", event("\"data\":{\"\\u0000\":1}")),
        arguments("raw NUL", event("\"data\":\"a\0\"")),
        arguments("depth 100 000", event("\"data\":" + "[".repeat(100_000))),
        arguments("depth 65", event("\"data\":" + "[".repeat(64) + "]".repeat(64))));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("malformed")
  void isRefusedAsMalformedWithAShortSentence(String name, String json) {
    InvalidEvent refusal = refusalOf(json);

    assertThat(refusal.kind()).as(name).isEqualTo(Kind.MALFORMED);
    assertThat(refusal.kind().status()).isEqualTo(400);
    assertThat(refusal.problems()).isNotEmpty();
    assertThat(refusal.problems().getFirst().detail())
        .endsWith(".")
        .doesNotContain("Exception", "Source", "Feature", "com.fasterxml")
        .hasSizeLessThan(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "80",
        "c0af",
        "c1bf",
        "e08080",
        "eda080",
        "edbfbf",
        "f08080af",
        "f4908080",
        "f8888080",
        "ff",
        "c3",
        "e282",
        "f09f98",
        "c328",
        "e228a1"
      })
  void illFormedUtf8IsRefusedWhereverItStands(String hex) {
    byte[] bad = HexFormat.of().parseHex(hex);
    for (String json :
        new String[] {
          event("\"data\":\"?\""), event("\"data\":{\"?\":1}"), event("\"ext\":\"?\"")
        }) {
      String latin = json.replace("?", new String(bad, StandardCharsets.ISO_8859_1));
      InvalidEvent refusal = refusalOf(latin.getBytes(StandardCharsets.ISO_8859_1));
      assertThat(refusal.kind()).isEqualTo(Kind.MALFORMED);
      assertThat(refusal.problems().getFirst().detail()).contains("UTF-8");
    }
  }

  @Test
  void otherEncodingsAndByteOrderMarksAreRefused() {
    assertThat(refusalOf("\uFEFF" + event("")).problems().getFirst().detail())
        .contains("byte order mark");
    assertThat(refusalOf(event("").getBytes(StandardCharsets.UTF_16)).kind())
        .isEqualTo(Kind.MALFORMED);
    assertThat(refusalOf(event("").getBytes(StandardCharsets.UTF_16LE)).kind())
        .isEqualTo(Kind.MALFORMED);
  }

  @Test
  void escapedBackslashBeforeAnInnocentUIsNoSurrogate() {
    String members = "\"data\":\"\\\\ud800 \\\\\\\\u0000\"";
    assertThat(structured(event(members)).body()).isEqualTo(event(members));
  }

  @Test
  void sixtyFourLevelsAreTaken() {
    String members = "\"data\":" + "[".repeat(63) + "]".repeat(63);
    assertThat(structured(event(members)).body()).isEqualTo(event(members));
  }

  @Test
  void sizeIsLimitedToTheByte() {
    int room = 256 * 1024 - utf8(event("\"data\":\"\"")).length;
    String fits = event("\"data\":\"" + "x".repeat(room) + "\"");
    assertThat(utf8(structured(fits).body())).hasSize(256 * 1024);

    InvalidEvent refusal = refusalOf(fits + " ");
    assertThat(refusal.kind()).isEqualTo(Kind.TOO_LARGE);
    assertThat(refusal.kind().status()).isEqualTo(413);
  }

  @Test
  void longKeysAreNotRepeatedInTheAnswer() {
    String key = "k".repeat(45_000);
    InvalidEvent refusal = refusalOf(event("\"data\":{\"" + key + "\":1,\"" + key + "\":2}"));
    assertThat(refusal.getMessage()).hasSizeLessThan(1500);
  }
}
