package io.sequitur.workflows.catalogue;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ForEachTest {
  private static final String DATA =
      """
      {"order":{"id":"A-7","n":7,"whole":7.0,"part":7.5,"paid":false},"text7":"7","empty":"","nothing":null,
       "list":[1],"a.b":"dotted"}\
      """;

  @ParameterizedTest
  @CsvSource({
    "subject,sub",
    "source,/s",
    "type,t",
    "partitionkey,key",
    "data.order.id,A-7",
    "data.order.n,7",
    "data.order.whole,7",
    "data.order.part,7.5",
    "data.order.paid,false",
    "data.text7,7"
  })
  void anAttributeOrAFieldOfTheDataIsTheKey(String path, String key) {
    assertThat(key(path, DATA)).isEqualTo(key);
  }

  @ParameterizedTest
  @CsvSource({
    "data.empty",
    "data.nothing",
    "data.missing",
    "data.order",
    "data.list",
    "data.list.0",
    "data.order.id.deeper",
    "data.a.b"
  })
  void whatIsMissingEmptyNullOrAStructureIsAbsent(String path) {
    assertThat(key(path, DATA)).isNull();
  }

  @Test
  void anEventWithoutDataOrAttributesHasAbsentKeys() {
    EventView bare = new EventView("e", "t", "/s", null, null, null, "{\"type\":\"t\"}");
    assertThat(ForEach.of("subject").key(bare)).isNull();
    assertThat(ForEach.of("partitionkey").key(bare)).isNull();
    assertThat(ForEach.of("data.a").key(bare)).isNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "sujet|Did you mean `subject`?",
        "partitionKey|Did you mean `partitionkey`?",
        "id|a window of its own",
        "time|a window of its own",
        "data|must name a field of the data",
        "data.|must name a field of the data",
        "data..a|must name a field of the data",
        "subject.a|has no fields",
        "'data.a'.b|cannot be this"
      })
  void otherPathsAreRefusedWithWhatToDo(String path, String problem) {
    assertThat(ForEach.problem(path).orElseThrow()).contains(problem);
  }

  private static @Nullable String key(String path, String data) {
    return ForEach.of(path)
        .key(new EventView("e", "t", "/s", "sub", null, "key", "{\"data\":" + data + "}"));
  }
}
