package io.sequitur.workflows.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.sequitur.workflows.delivery.HeaderProblem.Part;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HeaderRulesTest {
  @ParameterizedTest
  @ValueSource(
      strings = {"X-Env", "Authorization", "accept", "x", "X_Under.score~1", "CF-Access-Client-Id"})
  void ordinaryNamesAreAllowed(String name) {
    assertThat(HeaderRules.checkName(name)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "X:Y",
        "X Y",
        "X(Y",
        "X-Ü",
        "X\r\nY",
        "X\u0000",
        "Authorization: Bearer hunter2"
      })
  void otherNamesAreRefusedWithoutQuotingThem(String name) {
    assertThat(HeaderRules.checkName(name))
        .hasValueSatisfying(detail -> assertThat(detail).doesNotContain("hunter2"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Host",
        "HOST",
        "Content-Length",
        "Transfer-Encoding",
        "webhook-signature",
        "Webhook-Id",
        "sequitur-attempt",
        "Content-Type",
        "Connection",
        "Keep-Alive",
        "TE",
        "Trailer",
        "Upgrade",
        "Expect",
        "Cookie",
        "Set-Cookie",
        "Forwarded",
        "X-Forwarded-For",
        "Via",
        "Date",
        "Accept-Encoding",
        "User-Agent",
        "Cache-Control",
        "Proxy-Authorization",
        "X-Amz-Date",
        "x-goog-iam",
        "X-Azure-Ref",
        "X-FD-HealthProbe"
      })
  void namesOfTheProtocolAreDeniedInAnyCase(String name) {
    assertThat(HeaderRules.checkName(name))
        .hasValueSatisfying(detail -> assertThat(detail).contains(name, "cannot be set"));
  }

  @Test
  void nameHasAtMost128Characters() {
    assertThat(HeaderRules.checkName("x".repeat(128))).isEmpty();
    assertThat(HeaderRules.checkName("x".repeat(129))).get().asString().contains("at most 128");
    assertThat(HeaderRules.checkName("x".repeat(300))).isPresent();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "prod", "a\tb", "%0d%0aX-Evil: 1", "~!\" #$"})
  void printableValuesAreAllowed(String value) {
    assertThat(HeaderRules.checkValue(value)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "hunter2\r\nX-Evil: 1",
        "hunter2\n",
        "hunter2\u0000",
        "hunter2ü",
        "hunter2\u007f",
        "hunter2\ud83d\ude00"
      })
  void otherValuesAreRefusedWithoutQuotingThem(String value) {
    assertThat(HeaderRules.checkValue(value))
        .hasValueSatisfying(
            detail -> assertThat(detail).doesNotContain("hunter").contains("character"));
  }

  @Test
  void valueHasAtMost4096Characters() {
    assertThat(HeaderRules.checkValue("x".repeat(4_096))).isEmpty();
    assertThat(HeaderRules.checkValue("x".repeat(4_097))).isPresent();
  }

  @Test
  void listHasAtMostFiftyHeaders() {
    assertThat(HeaderRules.check(Collections.nCopies(50, HttpHeader.open("a", "b")))).isEmpty();
    assertThat(HeaderRules.check(Collections.nCopies(51, HttpHeader.open("a", "b"))))
        .singleElement()
        .satisfies(problem -> assertThat(problem.part()).isEqualTo(Part.LIST))
        .satisfies(problem -> assertThat(problem.detail()).contains("51", "at most 50"));
  }

  @Test
  void listHasAtMostSixteenKibibytes() {
    // 4 x (1 + 4091 + 4 separators) = 16 KiB exactly.
    var full = Collections.nCopies(4, HttpHeader.open("a", "v".repeat(4_091)));
    assertThat(HeaderRules.check(full)).isEmpty();
    assertThat(
            HeaderRules.check(
                Stream.concat(full.stream(), Stream.of(HttpHeader.open("b", ""))).toList()))
        .singleElement()
        .satisfies(problem -> assertThat(problem.detail()).contains("16384"));
  }

  @Test
  void everyProblemPointsAtItsHeader() {
    var problems =
        HeaderRules.check(
            List.of(
                HttpHeader.open("X-Env", "prod"),
                HttpHeader.open("Host", "evil"),
                HttpHeader.secret("Authorization", "hunter2\n")));
    assertThat(problems)
        .extracting(HeaderProblem::index, HeaderProblem::part)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple(1, Part.NAME),
            org.assertj.core.groups.Tuple.tuple(2, Part.VALUE));
    assertThat(HeaderProblem.summary(problems))
        .contains("Header 2:", "Header 3:")
        .doesNotContain("hunter2", "evil");
  }

  @Test
  void ourOwnHeadersPassTheLastCheckButBrokenOnesDoNot() {
    assertThat(HeaderRules.checkForWire(List.of(HttpHeader.open("webhook-id", "evt_1")))).isEmpty();
    assertThat(HeaderRules.checkForWire(List.of(HttpHeader.open("X-Env", "hunter2\r\n"))))
        .hasValueSatisfying(text -> assertThat(text).contains("X-Env").doesNotContain("hunter2"));
    assertThat(HeaderRules.checkForWire(List.of(HttpHeader.open("hunter2: x", "y"))))
        .hasValueSatisfying(text -> assertThat(text).doesNotContain("hunter2"));
    assertThat(HeaderRules.checkForWire(List.of(HttpHeader.open("Transfer-Encoding", "chunked"))))
        .isPresent();
  }
}
