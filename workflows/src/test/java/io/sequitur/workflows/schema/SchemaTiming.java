package io.sequitur.workflows.schema;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Says how long checking an event of 10 kB takes once warm. No test: run it on a quiet machine. */
final class SchemaTiming {
  private static final String SCHEMA =
      """
      {"type":"object","required":["ref","commits"],"additionalProperties":false,
       "properties":{"ref":{"type":"string","pattern":"^refs/"},
         "commits":{"type":"array","items":{"$ref":"#/$defs/commit"}}},
       "$defs":{"commit":{"type":"object","required":["id","message","author"],
         "properties":{"id":{"type":"string","pattern":"^[0-9a-f]{40}$"},"message":{"type":"string","maxLength":500},
           "distinct":{"type":"boolean"},"added":{"type":"array","items":{"type":"string"}},
           "author":{"type":"object","required":["name"],"properties":{"name":{"type":"string"},"email":{"type":"string"}}}}}}}
      """;

  private SchemaTiming() {}

  public static void main(String[] args) throws Exception {
    String commit =
        """
        {"id":"0123456789abcdef0123456789abcdef01234567","message":"A message of some sixty characters, as they usually are","distinct":true,
         "added":["a/b/c.txt","d/e/f.txt"],"author":{"name":"Somebody","email":"somebody@example.com"}}\
        """;
    String body =
        "{\"id\":\"1\",\"data\":{\"ref\":\"refs/heads/main\",\"commits\":["
            + IntStream.range(0, 42).mapToObj(i -> commit).collect(Collectors.joining(","))
            + "]}}";
    DataSchema schema = DataSchema.compile(new ObjectMapper().readTree(SCHEMA));
    int problems = 0;
    for (int round = 0; round < 8; round++) {
      long start = System.nanoTime();
      for (int i = 0; i < 4_000; i++) {
        problems += schema.check(body, "", 20).size();
      }
      System.out.printf(
          "%d characters: %.1f µs a check (%d problems)%n",
          body.length(), (System.nanoTime() - start) / 4_000_000.0, problems);
    }
  }
}
