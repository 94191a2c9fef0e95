package io.sequitur.api.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sequitur.api.testing.Api;
import io.sequitur.api.testing.Api.Response;
import io.sequitur.api.testing.FakeReceiver;
import io.sequitur.api.testing.Received;
import io.sequitur.api.testing.SequiturProcess;
import io.sequitur.api.testing.TestTerminal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Caches and captured tables of users' own, over HTTP, by command, as a file, and in SQL. */
final class CachesTest extends EndToEnd {
  @TempDir private Path directory;

  private final String cache = "/v1/caches/" + name;
  private final String table = "public." + name;

  CachesTest(SequiturProcess sequitur, FakeReceiver receiver) {
    super(sequitur, receiver);
  }

  @BeforeEach
  void aTable() {
    pg().update("create table " + table + " (id int primary key, team int, n int)");
    pg().update("create table " + table + "_tag (of int, tag text)");
  }

  @AfterEach
  void nothingIsLeft() {
    api.delete(cache);
    pg().update("drop table " + table + ", " + table + "_tag");
  }

  @Test
  void writeByHandMakesItsKeyStaleAtOnceAndIsAnEvent() {
    api.webhook(
        name,
        "{\"url\":\"%s\",\"events\":[\"sequitur.cache.invalidated\"],\"filter\":\"subject == '%s'\"}"
            .formatted(receiver.url(path), name));
    api.put(cache, definition()).expect(201);
    JsonNode made = api.get(cache).expect(200).json();
    assertThat(made.path("state").asText()).isEqualTo("active");
    awaitSettled(name + ":1");
    long before = state(name + ":1").path("epoch").asLong();
    long other = state(name + ":2").path("epoch").asLong();

    pg().update("insert into " + table + " values (7, 1, 0)");
    awaitSettled(name + ":1");
    long after = state(name + ":1").path("epoch").asLong();
    assertThat(after).isGreaterThan(before);
    assertThat(state(name + ":2").path("epoch").asLong()).isEqualTo(other);
    assertThat(
            pg().text(
                    "select epoch || ' ' || pending from sequitur.cache_state(array['"
                        + name
                        + ":1'])"))
        .isEqualTo(after + " false");

    pg().update("insert into " + table + "_tag values (7, 'x')");
    List<Received> told = awaitReceived(2);
    assertThat(told)
        .allSatisfy(one ->
            assertThat(Api.parse(one.body()).path("data"))
                .isEqualTo(
                    Api.parse("{\"cache\":\"%s\",\"keys\":[\"%s:1\"]}".formatted(name, name))));
    assertThat(state(name + ":1").path("epoch").asLong()).isGreaterThan(after);
  }

  @Test
  void triggersInvalidateKeysThatEventsName() {
    api.put(
            "/v1/triggers/" + name,
            "{\"on\":{\"events\":[\"%s\"]},\"actions\":[{\"invalidate\":[\"%s:{{ data.team }}\"]}]}"
                .formatted(type, name))
        .expect(201);
    long before = state(name + ":4").path("epoch").asLong();
    String id = publish("1", "\"data\":{\"team\":4}");
    eventually("the key is stale").until(() -> state(name + ":4").path("epoch").asLong() > before);
    eventually("the action is done")
        .until(() ->
            api.get("/v1/events/" + id).json().at("/actions/0/state").asText().equals("done"));
    String missing = publish("2", "\"data\":{}");
    eventually("the action has failed")
        .until(() ->
            api.get("/v1/events/" + missing)
                .json()
                .at("/actions/0/state")
                .asText()
                .equals("failed"));
    assertThat(api.get("/v1/events/" + missing).json().at("/actions/0/lastError").asText())
        .contains("data.team");
    api.delete("/v1/triggers/" + name).expect(204);
  }

  @Test
  void triggerThatInvalidatesOnEveryInvalidationIsCut() {
    api.put(
            "/v1/triggers/" + name,
            "{\"on\":{\"events\":[\"sequitur.cache.invalidated\"],\"filter\":\"data.keys[0] == '%s'\"},\"actions\":[{\"invalidate\":[\"%s\"]}]}"
                .formatted(name, name))
        .expect(201);
    pg().text("select sequitur.invalidate_keys('default', array['" + name + "'], null)::text");
    eventually("the loop guard")
        .until(() ->
            pg().count(
                        "select count(*) from sequitur.quarantine q join sequitur.event e on e.id = q.event_id"
                            + " where e.body like ?",
                        "%" + name + "%")
                == 1);
    api.delete("/v1/triggers/" + name).expect(204);
  }

  @Test
  void commandsAndFilesKnowCaches() throws IOException {
    TestTerminal set = terminal();
    assertThat(
            set.run(
                "cache",
                "set",
                name,
                "--key",
                name + ":{{ team }}",
                "--table",
                table,
                "--related",
                table + "_tag of=" + table + ".id"))
        .isZero();
    assertThat(api.get(cache).json().at("/tables/1/via/join/of").asText()).isEqualTo("id");
    TestTerminal list = terminal();
    assertThat(list.run("cache", "list")).isZero();
    assertThat(list.out()).contains(name, "active");
    String file =
        """
        caches:
          - name: %1$s
            key: "%1$s:{{ team }}"
            tables:
              - {table: %2$s}
              - {table: %2$s_tag, via: {table: %2$s, join: {of: id}}}
        """
            .formatted(name, table);
    Path yaml = directory.resolve("caches.yaml");
    Files.writeString(yaml, file);
    assertThat(terminal().run("plan", "-f", yaml.toString())).as("it is the same").isZero();
    Files.writeString(yaml, file.replace("{{ team }}", "{{ id }}"));
    TestTerminal apply = terminal();
    assertThat(apply.run("apply", "-f", yaml.toString())).isZero();
    assertThat(apply.out()).contains("updated cache " + name + ": key");
    assertThat(api.get(cache).json().path("state").asText()).isEqualTo("active");
    TestTerminal export = terminal();
    assertThat(export.run("export")).isZero();
    assertThat(export.out()).contains(table + "_tag");
    assertThat(terminal().run("cache", "delete", name)).isZero();
    assertThat(pg().count("select count(*) from pg_trigger where tgrelid = ?::regclass", table))
        .isZero();
    assertThat(terminal().run("cache", "set", name, "--related", "nonsense")).isEqualTo(1);
  }

  @Test
  void cacheOfATableThatIsNotThereSaysSoAndServesNothing() {
    api.put(
            cache,
            "{\"key\":\"%s:{{ id }}\",\"tables\":[{\"table\":\"public.nowhere\"}]}".formatted(name))
        .expect(201);
    JsonNode shown = api.get(cache).json();
    assertThat(shown.path("state").asText()).isEqualTo("invalid");
    assertThat(shown.path("reason").asText()).contains("there is no table \"public.nowhere\"");
    assertThat(state(name + ":1").path("pending").asBoolean()).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{}                                                        | /key",
        "{\"key\":\"a:{{ b\",\"tables\":[{\"table\":\"t\"}]}        | /key",
        "{\"key\":\"sequitur:x\",\"tables\":[{\"table\":\"t\"}]}    | /key",
        "{\"key\":\"a:{{ }}\",\"tables\":[{\"table\":\"t\"}]}       | /key",
        "{\"key\":\"a\",\"tables\":[]}                             | /tables",
        "{\"key\":\"a\",\"tables\":[{\"table\":\"a.b.c\"}]}         | /tables/0/table",
        "{\"key\":\"a\",\"tables\":[{\"table\":\"t\",\"via\":{\"table\":\"u\",\"join\":{\"a\":\"b\"}}}]} | /tables/0/via/table",
        "{\"key\":\"a\",\"tables\":[{\"table\":\"t\"},{\"table\":\"u\",\"via\":{\"table\":\"t\"}}]} | /tables/1/via/join",
        "{\"key\":\"a\",\"tables\":[{\"table\":\"t\"},{\"table\":\"u\",\"via\":{\"table\":\"t\",\"join\":{\"a\":1}}}]} | /tables/1/via/join/a",
        "{\"key\":\"a\",\"tabels\":[]}                             | /tabels",
      })
  void whatIsWrongWithADefinitionIsNamed(String definition, String pointer) {
    Response answer = api.put(cache, definition).expect(422);
    assertThat(answer.json().path("errors").findValuesAsText("pointer")).contains(pointer);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[1]|422",
        "{\"keys\":7}|422",
        "{\"keys\":[]}|422",
        "{\"keys\":[7]}|422",
        "{\"keys\":[\"a\"],\"x\":1}|422",
        "nonsense|400",
        "7|422"
      })
  void wrongQuestionIsNoFailureOfTheServer(String body, int status) {
    api.post("/v1/caches/state", body).expect(status);
  }

  @Test
  void capturedTableIsEventsInOrder() {
    webhookFor("e2e." + name + ".*");
    pg().text("select sequitur.capture('%s', 'e2e.%s')::text".formatted(table, name));
    pg().update("insert into " + table + " values (1, 1, 1)");
    pg().update("update " + table + " set n = 2");
    pg().update("delete from " + table);
    List<Received> told = awaitReceived(3);
    assertThat(told)
        .extracting(one -> Api.parse(one.body()).path("type").asText())
        .containsExactly(
            "e2e." + name + ".created", "e2e." + name + ".updated", "e2e." + name + ".deleted");
    assertThat(Api.parse(told.get(1).body()).at("/data/changed/0").asText()).isEqualTo("n");
    assertThat(told).extracting(one -> one.header("sequitur-key")).containsOnly("1");
  }

  private void webhookFor(String pattern) {
    api.webhook(
        name,
        "{\"url\":\"%s\",\"events\":[\"%s\"],\"ordered\":true}"
            .formatted(receiver.url(path), pattern));
  }

  private String definition() {
    return "{\"key\":\"%1$s:{{ team }}\",\"tables\":[{\"table\":\"%2$s\"},{\"table\":\"%2$s_tag\",\"via\":{\"table\":\"%2$s\",\"join\":{\"of\":\"id\"}}}]}"
        .formatted(name, table);
  }

  private JsonNode state(String key) {
    JsonNode answer =
        api.post("/v1/caches/state", "{\"keys\":[\"%s\"]}".formatted(key)).expect(200).json();
    assertThat(answer.at("/items/0/key").asText()).isEqualTo(key);
    return answer.at("/items/0");
  }

  private void awaitSettled(String key) {
    eventually("nothing is pending").until(() -> !state(key).path("pending").asBoolean());
  }

  private TestTerminal terminal() {
    return new TestTerminal().with("SEQUITUR_URL", sequitur.url());
  }
}
