package io.sequitur.workflows.event;

import static io.sequitur.workflows.event.Reading.event;
import static io.sequitur.workflows.event.Reading.plain;
import static io.sequitur.workflows.event.Reading.refusalOf;
import static io.sequitur.workflows.event.Reading.structured;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.sequitur.workflows.event.InvalidEvent.Kind;
import io.sequitur.workflows.json.Problem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class StructuredEventTest {
  // CloudEvents JSON format 1.0, section 3.2 and core specification, section 4.
  private static final String SPEC_EXAMPLE =
      """
      {
          "specversion" : "1.0",
          "type" : "com.github.pull_request.opened",
          "source" : "https://github.com/cloudevents/spec/pull",
          "subject" : "123",
          "id" : "A234-1234-1234",
          "time" : "2018-04-05T17:31:00Z",
          "comexampleextension1" : "value",
          "comexampleothervalue" : 5,
          "datacontenttype" : "application/json",
          "data" : {
              "appinfoA" : "abc",
              "appinfoB" : 123,
              "appinfoC" : true
          }
      }
      """;

  @Test
  void specificationsExampleIsReadAndRewrittenInCanonicalOrder() {
    IncomingEvent event = structured(SPEC_EXAMPLE);

    assertThat(event.ceId()).isEqualTo("A234-1234-1234");
    assertThat(event.type()).isEqualTo("com.github.pull_request.opened");
    assertThat(event.source()).isEqualTo("https://github.com/cloudevents/spec/pull");
    assertThat(event.subject()).isEqualTo("123");
    assertThat(event.time()).isEqualTo("2018-04-05T17:31:00Z");
    assertThat(event.body())
        .startsWith(
            "{\"specversion\":\"1.0\",\"id\":\"A234-1234-1234\","
                + "\"source\":\"https://github.com/cloudevents/spec/pull\","
                + "\"type\":\"com.github.pull_request.opened\",\"subject\":\"123\","
                + "\"time\":\"2018-04-05T17:31:00Z\",\"datacontenttype\":\"application/json\","
                + "\"comexampleextension1\":\"value\",\"comexampleothervalue\":5,\"data\":{\n")
        .endsWith("\"appinfoC\" : true\n    }}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1",
        "-0",
        "1.0e3",
        "1.00",
        "1E+2",
        "1e1000000",
        "-1e-1000000",
        "123456789012345678901234567890.123456789012345678901234567890",
        "true",
        "false",
        "null",
        "\"\"",
        "\"caf\\u00e9 \\/ \\\" \\\\ \\n café 😀 \\ud83d\\ude00\"",
        "[]",
        "{}",
        "[ 1 ,\t2.50,\n{\"z\":1,\"a\":[ ]} ]",
        "{\"b\":1.10,\"a\":{\"z\":[\"x\", 1e2]},\"\":0}",
        "{\"data\":{\"id\":\"inner\",\"data\":\"}\"}}"
      })
  void dataIsKeptCharacterForCharacter(String data) {
    for (String gap : new String[] {"", " ", "\n\t "}) {
      String json =
          "{\"data\":"
              + gap
              + data
              + gap
              + ",\"id\":\"1\",\"specversion\":\"1.0\","
              + "\"type\":\"t\",\"source\":\"/s\"}";
      assertThat(structured(json).body()).isEqualTo(event("\"data\":" + data));
      assertThat(structured(event("\"data\":" + gap + data + gap)).body())
          .isEqualTo(event("\"data\":" + data));
    }
  }

  @Test
  void numberOfManyThousandDigitsIsKept() {
    String number = "9".repeat(100_000);
    assertThat(structured(event("\"data\":" + number)).body())
        .isEqualTo(event("\"data\":" + number));
  }

  @Test
  void bodyReadAgainGivesTheSameBody() {
    String body = structured(SPEC_EXAMPLE).body();
    assertThat(structured(body).body()).isEqualTo(body);
  }

  @Test
  void extensionsKeepOrderTypeAndSpelling() {
    assertThat(
            structured(event("\"zed\":\"é\\u00e9\\\"\",\"flag\":true,\"n\":1.50,\"data\":0"))
                .body())
        .isEqualTo(event("\"zed\":\"éé\\\"\",\"flag\":true,\"n\":1.50,\"data\":0"));
  }

  @Test
  void nullAttributeIsAbsent() {
    IncomingEvent event = structured(event("\"subject\":null,\"time\":null,\"ext\":null"));
    assertThat(event.subject()).isNull();
    assertThat(event.time()).isNull();
    assertThat(event.body()).isEqualTo(event(""));
  }

  @Test
  void partitionKeyIsTheExtensionElseTheSubject() {
    assertThat(structured(event("")).partitionKey()).isNull();
    assertThat(structured(event("\"subject\":\"s\"")).partitionKey()).isEqualTo("s");
    IncomingEvent both = structured(event("\"subject\":\"s\",\"partitionkey\":\"p\""));
    assertThat(both.partitionKey()).isEqualTo("p");
    assertThat(both.body()).isEqualTo(event("\"subject\":\"s\",\"partitionkey\":\"p\""));
  }

  @Test
  void binaryDataStaysBase64() {
    String members = "\"datacontenttype\":\"image/png\",\"data_base64\":\"AAECAw==\"";
    assertThat(structured(event(members)).body()).isEqualTo(event(members));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"specversion\":\"0.3\"|/specversion",
        "\"specversion\":1.0|/specversion",
        "\"id\":\"\"|/id",
        "\"id\":\"a\\u0007\"|/id",
        "\"id\":\"a\\u0085\"|/id",
        "\"id\":\"\\uffff\"|/id",
        "\"id\":7|/id",
        "\"id\":{\"a\":[1]}|/id",
        "\"id\":null|/id",
        "\"type\":\"\"|/type",
        "\"type\":\"a\\nb\"|/type",
        "\"type\":true|/type",
        "\"source\":\"\"|/source",
        "\"source\":\"not a uri\"|/source",
        "\"source\":\"/%zz\"|/source",
        "\"source\":\"http://[\"|/source",
        "\"subject\":\"\"|/subject",
        "\"subject\":5|/subject",
        "\"partitionkey\":\"\"|/partitionkey",
        "\"partitionkey\":5|/partitionkey",
        "\"time\":\"yesterday\"|/time",
        "\"time\":\"\"|/time",
        "\"datacontenttype\":\"json\"|/datacontenttype",
        "\"datacontenttype\":\"\"|/datacontenttype",
        "\"dataschema\":\"relative\"|/dataschema",
        "\"dataschema\":\"\"|/dataschema",
        "\"Upper\":\"x\"|/Upper",
        "\"under_score\":\"x\"|/under_score",
        "\"with/slash~\":\"x\"|/with~1slash~0",
        "\"\":\"x\"|/",
        "\"ext\":{}|/ext",
        "\"ext\":[1,{\"a\":2}]|/ext",
        "\"ext\":\"a\\u0001\"|/ext",
        "\"data_base64\":\"A\"|/data_base64",
        "\"data_base64\":\"A===\"|/data_base64",
        "\"data_base64\":\"A_-=\"|/data_base64",
        "\"data_base64\":5|/data_base64",
        "\"data_base64\":[\"AAAA\"]|/data_base64",
        "\"data\":1,\"data_base64\":\"AAAA\"|/data_base64"
      })
  void wrongAttributeIsRefusedWithItsPlace(String member, String pointer) {
    String name = member.substring(1, member.indexOf('"', 1));
    String json = "{" + member;
    for (String required : new String[] {"specversion:1.0", "id:1", "source:/s", "type:t"}) {
      String[] pair = required.split(":");
      if (!pair[0].equals(name)) {
        json += ",\"" + pair[0] + "\":\"" + pair[1] + "\"";
      }
    }
    InvalidEvent refusal = refusalOf(json + "}");

    assertThat(refusal.kind()).isEqualTo(Kind.MALFORMED);
    assertThat(refusal.problems()).extracting(Problem::pointer).containsExactly(pointer);
  }

  @ParameterizedTest
  @CsvSource({"id,1024", "source,1024", "type,255", "subject,1024", "partitionkey,1024"})
  void lengthsAreLimitedAndLongOnesNotRepeatedInTheAnswer(String name, int max) {
    String fits = "\"" + name + "\":\"" + "x".repeat(max) + "\"";
    String json = "{\"specversion\":\"1.0\"";
    for (String other : new String[] {"id", "source", "type"}) {
      json += other.equals(name) ? "" : ",\"" + other + "\":\"x\"";
    }
    assertThat(structured(json + "," + fits + "}").body()).contains("x".repeat(max));

    InvalidEvent refusal = refusalOf(json + "," + fits.replace("xx\"", "xxx\"") + "}");
    assertThat(refusal.problems())
        .singleElement()
        .satisfies(problem -> {
          assertThat(problem.pointer()).isEqualTo("/" + name);
          assertThat(problem.detail()).hasSizeLessThan(200).contains(String.valueOf(max));
        });
  }

  @Test
  void everyProblemIsListed() {
    assertThat(refusalOf("{\"id\":\"\",\"time\":\"x\",\"A\":1}").problems())
        .extracting(Problem::pointer)
        .containsExactlyInAnyOrder("/id", "/time", "/A", "/specversion", "/source", "/type");
  }

  @Test
  void attributeNameOfManyCharactersIsRefusedBriefly() {
    InvalidEvent refusal = refusalOf(event("\"" + "n".repeat(40_000) + "\":1"));
    assertThat(refusal.problems()).hasSize(1);
    assertThat(refusal.getMessage()).hasSizeLessThan(1000);
  }

  @ParameterizedTest
  @ValueSource(strings = {"sequitur.webhook.updated", "sequitur."})
  void ownTypesCannotBePublished(String type) {
    InvalidEvent refusal = refusalOf(event("").replace("\"t\"", "\"" + type + "\""));
    assertThat(refusal.kind()).isEqualTo(Kind.FORBIDDEN_TYPE);
    assertThat(refusal.kind().status()).isEqualTo(422);
    assertThat(refusal.problems()).extracting(Problem::pointer).containsExactly("/type");
  }

  @Test
  void typeThatOnlyResemblesOursIsPublished() {
    assertThat(structured(event("").replace("\"t\"", "\"sequitur\"")).type()).isEqualTo("sequitur");
    assertThat(structured(event("").replace("\"t\"", "\"sequiturs.a\"")).type())
        .isEqualTo("sequiturs.a");
  }

  @Test
  void plainJsonGetsWhatIsMissing() {
    IncomingEvent event = plain("{\"type\":\"t\",\"source\":\"/s\",\"data\":{}}");
    assertThat(event.ceId()).isEqualTo("generated-1");
    assertThat(event.time()).isEqualTo("2026-01-31T12:00:00.123456Z");
    assertThat(event.body())
        .isEqualTo(
            "{\"specversion\":\"1.0\",\"id\":\"generated-1\",\"source\":\"/s\",\"type\":\"t\","
                + "\"time\":\"2026-01-31T12:00:00.123456Z\",\"data\":{}}");
  }

  @Test
  void plainJsonKeepsWhatIsThereAndStillNeedsTypeAndSource() {
    assertThat(plain(event("\"time\":\"2020-01-01t00:00:00.5+01:00\"")).time())
        .isEqualTo("2020-01-01t00:00:00.5+01:00");
    InvalidEvent refusal = catchThrowableOfType(InvalidEvent.class, () -> plain("{\"id\":\"\"}"));
    assertThat(refusal.problems())
        .extracting(Problem::pointer)
        .containsExactlyInAnyOrder("/id", "/source", "/type");
  }

  @Test
  void plainListIsSentToTheBatchContentType() {
    InvalidEvent refusal = catchThrowableOfType(InvalidEvent.class, () -> plain("[]"));
    assertThat(refusal.problems().getFirst().detail()).contains("cloudevents-batch+json");
  }
}
