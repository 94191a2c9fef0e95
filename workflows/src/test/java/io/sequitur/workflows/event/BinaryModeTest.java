package io.sequitur.workflows.event;

import static io.sequitur.workflows.event.Reading.READER;
import static io.sequitur.workflows.event.Reading.event;
import static io.sequitur.workflows.event.Reading.headers;
import static io.sequitur.workflows.event.Reading.utf8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.sequitur.workflows.event.InvalidEvent.Kind;
import io.sequitur.workflows.json.Problem;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class BinaryModeTest {
  private static final List<Map.Entry<String, List<String>>> MINIMAL =
      headers("ce-specversion", "1.0", "CE-ID", "1", "Ce-Source", "/s", "ce-type", "t");

  @Test
  void jsonDataIsKeptAsItCame() {
    IncomingEvent event =
        READER.binary(
            MINIMAL,
            "application/json; charset=utf-8",
            utf8(" {\"b\" : 1.00,\"a\":\"\\u00e9\"}\n"));
    assertThat(event.body())
        .isEqualTo(
            "{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"/s\",\"type\":\"t\","
                + "\"datacontenttype\":\"application/json; charset=utf-8\","
                + "\"data\":{\"b\" : 1.00,\"a\":\"\\u00e9\"}}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "application/vnd.acme+json|[1]|\"data\":[1]",
        "text/json|\"x\"|\"data\":\"x\"",
        "text/plain|a\"b\\ \u0001é|\"data\":\"a\\\"b\\\\ \\u0001é\"",
        "application/xml|<a/>|\"data_base64\":\"PGEvPg==\"",
        "text/plain; charset=nonsense|x|\"data_base64\":\"eA==\""
      })
  void mediaTypeDecidesHowDataTravels(String type, String body, String member) {
    assertThat(READER.binary(MINIMAL, type, utf8(body)).body())
        .isEqualTo(event("\"datacontenttype\":\"" + type + "\"," + member));
  }

  @Test
  void textIsReadInItsCharset() {
    byte[] latin = "é".getBytes(StandardCharsets.ISO_8859_1);
    assertThat(READER.binary(MINIMAL, "text/plain; charset=\"iso-8859-1\"", latin).body())
        .contains("\"data\":\"é\"");
    assertThat(READER.binary(MINIMAL, "text/plain", latin).body())
        .contains("\"data_base64\":\"6Q==\"");
  }

  @Test
  void emptyBodyIsNoData() {
    assertThat(READER.binary(MINIMAL, null, new byte[0]).body()).isEqualTo(event(""));
    assertThat(READER.binary(MINIMAL, "application/json", new byte[0]).body())
        .isEqualTo(event("\"datacontenttype\":\"application/json\""));
  }

  @Test
  void bytesWithoutAContentTypeTravelAsBase64() {
    assertThat(READER.binary(MINIMAL, null, new byte[] {0, -1}).body())
        .isEqualTo(event("\"data_base64\":\"AP8=\""));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "Euro%20%E2%82%AC%20%F0%9F%98%80|Euro € 😀",
        "plain text|plain text",
        "%22quoted%22|\"quoted\"",
        "\"a \\\"b\\\" c\"|a \"b\" c",
        "\"100%25\"|100%",
        "\"|\""
      })
  void headerValuesAreUnquotedThenPercentDecoded(String header, String subject) {
    assertThat(READER.binary(with("ce-subject", header), null, new byte[0]).subject())
        .isEqualTo(subject);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"50%", "%4", "%zz", "%C3%28", "%ED%A0%80", "é", "a%00b", "a%0D%0Ab", "\"a\\\""})
  void undecodableHeadersAreRefused(String header) {
    InvalidEvent refusal = refusal(with("ce-ext", header), null, "");
    assertThat(refusal.kind()).isEqualTo(Kind.MALFORMED);
    assertThat(refusal.problems()).extracting(Problem::pointer).containsExactly("/ext");
  }

  @Test
  void extensionsComeAsStringsInTheirOrder() {
    IncomingEvent event =
        READER.binary(with("ce-partitionkey", "p", "ce-Zed", "5"), null, new byte[0]);
    assertThat(event.partitionKey()).isEqualTo("p");
    assertThat(event.body()).isEqualTo(event("\"partitionkey\":\"p\",\"zed\":\"5\""));
  }

  @Test
  void otherHeadersAreNoAttributes() {
    assertThat(READER.binary(with("x-ce-a", "1", "authorization", "k"), null, new byte[0]).body())
        .isEqualTo(event(""));
  }

  @Test
  void requiredAttributesMustBeThere() {
    assertThat(refusal(headers("ce-type", "t"), null, "").problems())
        .extracting(Problem::pointer)
        .containsExactly("/specversion", "/id", "/source");
  }

  @ParameterizedTest
  @ValueSource(strings = {"ce-datacontenttype", "ce-data", "ce-data_base64", "ce-a-b", "ce-"})
  void headersThatAreNoAttributesOfBinaryModeAreRefused(String header) {
    assertThat(refusal(with(header, "text/plain"), null, "").kind()).isEqualTo(Kind.MALFORMED);
  }

  @Test
  void repeatedHeaderIsRefused() {
    assertThat(refusal(with("ce-a", "1", "CE-A", "2"), null, "").problems())
        .extracting(Problem::pointer)
        .containsExactly("/a");
    List<Map.Entry<String, List<String>>> twoValues = new ArrayList<>(MINIMAL);
    twoValues.add(Map.entry("ce-a", List.of("1", "2")));
    assertThat(refusal(twoValues, null, "").kind()).isEqualTo(Kind.MALFORMED);
  }

  @ParameterizedTest
  @ValueSource(strings = {"{", "1 2", " ", "{\"a\":1,\"a\":2}", "\"\\ud800\"", "\"\\u0000\""})
  void jsonDataMustBeStrictJson(String body) {
    assertThat(refusal(MINIMAL, "application/json", body).problems())
        .extracting(Problem::pointer)
        .containsExactly("/data");
  }

  @Test
  void depthOfTheEventIsLimitedNotThatOfTheBody() {
    String fits = "[".repeat(63) + "]".repeat(63);
    assertThat(READER.binary(MINIMAL, "application/json", utf8(fits)).body()).contains(fits);
    assertThat(refusal(MINIMAL, "application/json", "[" + fits + "]").kind())
        .isEqualTo(Kind.MALFORMED);
  }

  @Test
  void sizeOfBodyAndOfTheEventMadeOfItAreLimited() {
    byte[] largest = new byte[256 * 1024];
    assertThat(READER.binary(MINIMAL, "application/octet-stream", largest).body())
        .hasSizeGreaterThan(340_000);
    assertThat(refusal(MINIMAL, "text/plain", "x".repeat(256 * 1024 + 1)).kind())
        .isEqualTo(Kind.TOO_LARGE);
    assertThat(refusal(MINIMAL, "text/plain", "\u0001".repeat(256 * 1024)).kind())
        .isEqualTo(Kind.TOO_LARGE);
  }

  @Test
  void contentTypeMustBeAMediaType() {
    assertThat(refusal(MINIMAL, "nonsense", "x").problems())
        .extracting(Problem::pointer)
        .containsExactly("/datacontenttype");
  }

  private static List<Map.Entry<String, List<String>>> with(String... more) {
    List<Map.Entry<String, List<String>>> all = new ArrayList<>(MINIMAL);
    all.addAll(headers(more));
    return all;
  }

  private static InvalidEvent refusal(
      List<Map.Entry<String, List<String>>> headers, @Nullable String type, String body) {
    return catchThrowableOfType(InvalidEvent.class, () -> READER.binary(headers, type, utf8(body)));
  }
}
