package io.sequitur.workflows.schema;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sequitur.workflows.json.Problem;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class DataSchemaTest {
  private static final String DRAFT_07 = "'$schema':'http://json-schema.org/draft-07/schema#',";
  private static final String PUSH =
      """
      {'type':'object','required':['ref'],
       'properties':{'ref':{'type':'string','pattern':'^refs/'},'size':{'type':'integer','maximum':10},
                     'commits':{'type':'array','items':{'$ref':'#/$defs/commit'}}},
       '$defs':{'commit':{'type':'object','required':['id'],'properties':{'a/b':{'type':'string'}}}}}
      """;

  @Test
  void whatFitsHasNoProblems() {
    assertThat(check(PUSH, "{'ref':'refs/heads/main','size':1.0,'commits':[{'id':1}]}")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{}                                          | /data/ref            | Required property 'ref' not found.",
        "{'ref':7}                                   | /data/ref            | Integer found, string expected.",
        "{'ref':'x'}                                 | /data/ref            | ^refs/",
        "{'ref':'refs/x','size':11}                  | /data/size           | 10",
        "{'ref':'refs/x','size':1.5}                 | /data/size           | Number found, integer expected.",
        "{'ref':'refs/x','size':1e400}               | /data/size           | 10",
        "{'ref':'refs/x','commits':[{'id':1},{}]}    | /data/commits/1/id   | Required property 'id' not found.",
        "{'ref':'refs/x','commits':[{'id':1,'a/b':1}]} | /data/commits/0/a~1b | Integer found, string expected.",
        "[]                                          | /data                | Array found, object expected.",
      })
  void problemsPointIntoTheData(String data, String pointer, String detail) {
    assertThat(check(PUSH, data))
        .singleElement()
        .satisfies(problem -> {
          assertThat(problem.pointer()).isEqualTo(pointer);
          assertThat(problem.detail()).contains(detail);
        });
  }

  @Test
  void allProblemsAreTooldUpToTheLimit() {
    String schema = "{'items':{'type':'string'}}";
    String data =
        IntStream.range(0, 50).mapToObj(Integer::toString).collect(Collectors.joining(","));
    assertThat(check(schema, "[" + data + "]"))
        .hasSize(20)
        .last()
        .extracting(Problem::pointer)
        .isEqualTo("/data/19");
  }

  @Test
  void pointersBeginWhereTheEventStands() {
    assertThat(compiled(PUSH).check("{\"data\":{}}", "/3", 20))
        .extracting(Problem::pointer)
        .containsExactly("/3/data/ref");
  }

  @Test
  void draftsDiffer() {
    String tuple = "'items':[{'type':'string'}],'additionalItems':false}";
    assertThat(check("{" + DRAFT_07 + tuple, "['a']")).isEmpty();
    assertThat(check("{" + DRAFT_07 + tuple, "['a','b']")).hasSize(1);
    // 2020-12 has prefixItems for that.
    assertThat(refused("{" + tuple)).contains("/items");
    assertThat(check("{'prefixItems':[{'type':'string'}],'items':false}", "['a','b']")).hasSize(1);
    assertThat(check("{" + DRAFT_07 + "'prefixItems':[{'type':'string'}]}", "[1]")).isEmpty();
    assertThat(
            check(
                "{'unevaluatedProperties':false,'allOf':[{'properties':{'a':true}}]}",
                "{'a':1,'b':1}"))
        .extracting(Problem::pointer)
        .containsExactly("/data");
    assertThat(check("{" + DRAFT_07 + "'dependencies':{'a':['b']}}", "{'a':1}")).hasSize(1);
  }

  @Test
  void otherDraftsAreRefusedWithTheKnownOnes() {
    for (String uri :
        List.of(
            "http://json-schema.org/draft-04/schema#", "urn:x", "http://json-schema.org/schema")) {
      assertThat(refused("{'$schema':'" + uri + "'}"))
          .contains("/$schema")
          .contains("https://json-schema.org/draft/2020-12/schema")
          .contains("http://json-schema.org/draft-07/schema#");
    }
    assertThat(check("{'$schema':'http://json-schema.org/draft-07/schema'}", "1")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'type':'strng'}                        | /type",
        "{'properties':{'a':{'minimum':'1'}}}    | /properties/a/minimum",
        "{'required':'ref'}                      | /required",
        "{'$defs':{'a':{'items':7}}}             | /$defs/a/items",
        "7                                       | ''",
        "{'multipleOf':1e400}                    | ''",
      })
  void mistakesAreRefusedWithTheirPlace(String schema, String pointer) {
    assertThat(refused(schema)).startsWith(pointer + ": ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://169.254.169.254/latest/meta-data",
        "https://example.com/schema.json#/a",
        "file:///etc/passwd",
        "classpath:draft/2020-12/schema",
        "other.json",
        "//host/x",
        "https://json-schema.org/draft/2020-12/schema",
      })
  void referencesThatLeaveTheSchemaAreRefused(String uri) {
    for (String schema :
        List.of(
            "{'$ref':'%s'}",
            "{'properties':{'a':{'$dynamicRef':'%s'}}}",
            "{" + DRAFT_07 + "'allOf':[{'not':{'$ref':'%s'}}]}",
            // Where no schema stands, until a reference leads there.
            "{'$ref':'#/x/y','x':{'y':{'$ref':'%s'}}}",
            "{'$id':'https://example.com/','$ref':'%s'}")) {
      assertThat(refused(schema.formatted(uri))).contains("nothing is ever fetched");
    }
    assertThat(refused("{'properties':{'a':{'$id':'" + uri + "','$ref':'#/x'}}}")).contains("$id");
    assertThat(refused("{'properties':{'a':{'$schema':'" + uri + "'}}}")).contains("$schema");
    // Data is no reference.
    assertThat(check("{'enum':[{'$ref':'" + uri + "'}]}", "{'$ref':'" + uri + "'}")).isEmpty();
    assertThat(check("{'properties':{'$ref':{'type':'string'}}}", "{'$ref':'" + uri + "'}"))
        .isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"#/nowhere", "#/properties/a/b", "#nobody", "#/~2"})
  void referencesThatLeadNowhereAreRefused(String reference) {
    assertThat(refused("{'properties':{'a':{'$ref':'" + reference + "'}}}"))
        .startsWith("/properties/a/$ref: There is no s");
  }

  @Test
  void anchorsAndRecursionWork() {
    String tree =
        "{'$ref':'#node','$defs':{'n':{'$anchor':'node','required':['v'],'properties':{'next':{'$ref':'#node'}}}}}";
    assertThat(check(tree, "{'v':1,'next':{'v':1,'next':{}}}"))
        .extracting(Problem::pointer)
        .containsExactly("/data/next/next/v");
    assertThat(
            check(
                "{'$id':'https://example.com/a','items':{'$ref':'#'},'type':'array'}", "[[],[1]]"))
        .extracting(Problem::pointer)
        .containsExactly("/data/1/0");
  }

  @ParameterizedTest
  @MethodSource("endless")
  @Timeout(20)
  void schemasThatReferToThemselvesWithoutEndAreRefused(String schema) {
    assertThat(refused(schema)).contains("cannot be");
  }

  static Stream<String> endless() {
    StringBuilder doubling = new StringBuilder("{'$ref':'#/$defs/d0','$defs':{");
    StringBuilder chain = new StringBuilder("{'$ref':'#/$defs/d0','$defs':{");
    for (int i = 0; i < 40; i++) {
      doubling.append(
          "'d%d':{'allOf':[{'$ref':'#/$defs/d%d'},{'$ref':'#/$defs/d%d'}]},"
              .formatted(i, i + 1, i + 1));
    }
    for (int i = 0; i < 7000; i++) {
      chain.append("'d%d':{'$ref':'#/$defs/d%d'},".formatted(i, i + 1));
    }
    return Stream.of(
        "{'$ref':'#'}",
        "{'allOf':[{'anyOf':[{'$ref':'#'}]}]}",
        "{'not':{'$dynamicRef':'#'}}",
        "{" + DRAFT_07 + "'if':{'$ref':'#'}}",
        doubling + "'d40':{'type':'array'}}}",
        chain + "'d7000':{}}}");
  }

  @Test
  @Timeout(20)
  void whatGrowsWithTheDataIsGivenUp() {
    DataSchema doubling =
        compiled(
            "{'type':'object','allOf':[{'properties':{'n':{'$ref':'#'}}},{'properties':{'n':{'$ref':'#'}}}]}");
    assertThat(doubling.check(body(nested(10)), "", 20)).isEmpty();
    assertThat(doubling.check(body(nested(60)), "", 20))
        .singleElement()
        .satisfies(problem -> assertThat(problem.detail()).contains("1000000 steps"));
  }

  @Test
  void theDeepestEventIsChecked() {
    DataSchema list = compiled("{'type':'object','properties':{'n':{'$ref':'#'}}}");
    assertThat(list.check(body(nested(60)), "", 20)).isEmpty();
    assertThat(list.check(body(nested(600)), "", 20))
        .singleElement()
        .satisfies(problem -> assertThat(problem.detail()).contains("deeper than 64"));
  }

  @Test
  @Timeout(20)
  void catastrophicExpressionsTakeLinearTime() {
    String text = "a".repeat(5_000) + "!";
    for (String regex :
        List.of("^(a+)+$", "^(a|aa)+$", "(.*a){20}$", "^(([a-z])+.)+[A-Z]([a-z])+$")) {
      long start = System.nanoTime();
      assertThat(check("{'pattern':'" + regex + "'}", "'" + text + "'")).hasSize(1);
      assertThat(check("{'patternProperties':{'" + regex + "':false}}", "{'" + text + "':1}"))
          .isEmpty();
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
    }
    assertThat(check("{'pattern':'(.*a){20}$'}", "'" + "a".repeat(200_000) + "!'"))
        .singleElement()
        .satisfies(problem -> assertThat(problem.detail()).contains("could not be checked"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"(?=a)", "(?<!a)b", "(a)\\\\1", "[", "a{5000}", "(((a{30}){30}){30})"})
  void expressionsThatRe2DoesNotHaveAreRefused(String regex) {
    assertThat(refused("{'properties':{'a':{'pattern':'" + regex + "'}}}"))
        .startsWith("/properties/a/pattern: This ");
    assertThat(refused("{'patternProperties':{'" + regex + "':true}}")).contains("This ");
  }

  @Test
  void expressionsAreSearchedForAsEcmaScriptWritesThem() {
    assertThat(check("{'pattern':'b'}", "'abc'")).isEmpty();
    assertThat(check("{'pattern':'^\\\\u0061[\\\\u0062-\\\\u0063]$'}", "'ac'")).isEmpty();
    assertThat(check("{'pattern':'^\\\\/\\\\d$'}", "'/7'")).isEmpty();
    assertThat(check("{'pattern':'a$'}", "'a\\n'")).hasSize(1);
  }

  @Test
  void sizeIsBounded() {
    assertThat(refused("{'items':".repeat(50) + "{}" + "}".repeat(50))).contains("nested deeper");
    String properties =
        IntStream.range(0, 25_000)
            .mapToObj(i -> "'p" + i + "':true")
            .collect(Collectors.joining(","));
    assertThat(refused("{'properties':{" + properties + "}}")).contains("20000 values");
    assertThat(refused("{'description':'" + "x".repeat(300_000) + "'}")).contains("characters");
  }

  @Test
  void formatsAndEncodingsOnlyDescribe() {
    for (String draft : List.of("", DRAFT_07)) {
      String schema =
          "{"
              + draft
              + "'format':'email','contentEncoding':'base64','contentMediaType':'application/json'}";
      assertThat(check(schema, "'not an address!'")).isEmpty();
    }
  }

  @Test
  void eventsWithoutJsonData() {
    assertThat(compiled("{'type':['object','null']}").check("{\"id\":\"1\"}", "", 20)).isEmpty();
    assertThat(compiled("{'type':'object'}").check("{\"id\":\"1\"}", "", 20))
        .containsExactly(new Problem("/data", "Null found, object expected."));
    assertThat(compiled("true").check("{\"data_base64\":\"AA==\"}", "", 20))
        .singleElement()
        .satisfies(problem -> assertThat(problem.detail()).contains("binary"));
  }

  @Test
  void decimalsAreExactAndLongNumbersDoNoHarm() {
    assertThat(check("{'multipleOf':0.01}", "19.99")).isEmpty();
    assertThat(check("{'multipleOf':0.01}", "19.999")).hasSize(1);
    assertThat(check("{'minimum':9007199254740993}", "9007199254740992")).hasSize(1);
    assertThat(check("{'multipleOf':7}", "9".repeat(200_000))).hasSizeLessThan(2);
    assertThat(check("{'type':'integer'}", "1e999999999")).hasSizeLessThan(2);
    assertThat(check("{'type':'integer'}", "1e-999999999999")).isEmpty();
    assertThat(check("{'const':100}", "1e2")).isEmpty();
    assertThat(check("{'enum':[1]}", "1.0")).isEmpty();
  }

  @Test
  void oneCompiledSchemaServesManyThreads() throws Exception {
    DataSchema schema = compiled(PUSH);
    try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
      List<Callable<Integer>> checks =
          IntStream.range(0, 400)
              .<Callable<Integer>>mapToObj(i ->
                  () ->
                      schema
                          .check(
                              body(i % 2 == 0 ? "{}" : "{'ref':'refs/x','commits':[{},{}]}"),
                              "",
                              20)
                          .size())
              .toList();
      List<Integer> sizes = new java.util.ArrayList<>();
      for (Future<Integer> size : threads.invokeAll(checks)) {
        sizes.add(size.get());
      }
      assertThat(sizes).hasSize(400).allMatch(size -> size == 1 || size == 2);
      assertThat(sizes.stream().filter(size -> size == 2)).hasSize(200);
    }
  }

  private static String nested(int levels) {
    return "{'n':".repeat(levels) + "{}" + "}".repeat(levels);
  }

  private static List<Problem> check(String schema, String data) {
    return compiled(schema).check(body(data), "", 20);
  }

  private static String body(String data) {
    return "{\"id\":\"1\",\"data\":" + data.replace('\'', '"') + "}".replace("'", "\"");
  }

  private static DataSchema compiled(String schema) {
    try {
      return DataSchema.compile(tree(schema));
    } catch (InvalidSchema e) {
      throw new AssertionError(e.problems().toString(), e);
    }
  }

  private static String refused(String schema) {
    try {
      DataSchema unused = DataSchema.compile(tree(schema));
      throw new AssertionError("not refused: " + schema);
    } catch (InvalidSchema e) {
      return e.problems().stream().map(Problem::toString).collect(Collectors.joining("\n"));
    }
  }

  private static com.fasterxml.jackson.databind.JsonNode tree(String quoted) {
    try {
      return new ObjectMapper().readTree(quoted.replace('\'', '"'));
    } catch (JsonProcessingException e) {
      throw new AssertionError(quoted, e);
    }
  }
}
