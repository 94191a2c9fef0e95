package io.sequitur.workflows.sync;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sequitur.workflows.catalogue.StoredJson;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

final class SyncItemsTest {
  private static final UUID SALT = new UUID(1, 2);
  private static final String TRIGGERS =
      """
      [{"name":"b","description":"","events":["y","x"],"filter":"data.a == 1","actions":[{"deliver":["w2","w1"]},
        {"startWorkflow":{"type":"T","taskQueue":"q","id":"i","input":{"n":9007199254740993,"m":1.50}}}],
        "condition":{"threshold":5,"within":"10m"},"deliver":["w2","w1"]},
       {"name":"a","events":[],"actions":[{"notify":["scaler"]}],"condition":null,"deliver":[]}]
      """;
  private static final String WEBHOOKS =
      """
      [{"name":"w1","url":"https://a.test/","active":true,"ordered":false,"on_exhausted":"block","retry":"none","timeout_ms":15000,
        "max_concurrency":10,"rate_count":5,"rate_per_ms":1000,"headers":[{"name":"Authorization","keyValue":"token"}],
        "hidden":[[["Authorization",null,"secret",null,"c2VhbGVk"]],["a2V5"]]},
       {"name":"w2","url":"https://b.test/","active":false,"ordered":true,"on_exhausted":"skip","retry":"5s","timeout_ms":500,
        "max_concurrency":1,"headers":null,"hidden":[null,["a2V5Mg=="]]}]
      """;

  @Test
  void whateverOrderItIsReadInTheSetIsTheSame() {
    SyncItems set = set(TRIGGERS, WEBHOOKS);
    for (int seed = 0; seed < 50; seed++) {
      Random random = new Random(seed);
      JsonNode triggers = permuted(tree(TRIGGERS), random);
      JsonNode webhooks = permuted(tree(WEBHOOKS), random);
      assertThat(SyncItems.of(triggers, webhooks, SALT)).as("seed " + seed).isEqualTo(set);
    }
  }

  @Test
  void itemsAreSortedAndShowTheirWebhooks() {
    SyncItems set = set(TRIGGERS, WEBHOOKS);
    assertThat(set.names()).containsExactly("a", "b");
    JsonNode item = tree(set.items().get(1));
    assertThat(item.path("on").toString())
        .isEqualTo("{\"events\":[\"x\",\"y\"],\"filter\":\"data.a == 1\"}");
    assertThat(item.at("/actions/0/deliver").toString()).isEqualTo("[\"w1\",\"w2\"]");
    assertThat(item.at("/webhooks/0/url").asText()).isEqualTo("https://a.test/");
    assertThat(item.at("/webhooks/0/headers").toString())
        .isEqualTo("[{\"keyValue\":\"token\",\"name\":\"Authorization\"}]");
    assertThat(set.items().toString()).doesNotContain("c2VhbGVk", "a2V5");
  }

  @Test
  void aNumberThatADoubleDoesNotHoldKeepsItsDigits() {
    JsonNode input =
        tree(set(TRIGGERS, WEBHOOKS).items().get(1)).at("/actions/1/startWorkflow/input");
    assertThat(input.toString()).isEqualTo("{\"m\":1.5,\"n\":\"9007199254740993\"}");
  }

  @Test
  void whatIsHiddenChangesTheSetAndIsNotComparable() {
    String rotated = WEBHOOKS.replace("a2V5\"", "bmV3\"");
    SyncItems set = set(TRIGGERS, WEBHOOKS);
    assertThat(set(TRIGGERS, rotated).hash()).isNotEqualTo(set.hash());
    assertThat(SyncItems.of(tree(TRIGGERS), tree(WEBHOOKS), new UUID(3, 4)).hash())
        .as("another target's digests")
        .isNotEqualTo(set.hash());
  }

  @Test
  void hashIsThatOfTheWholeArray() {
    assertThat(SyncItems.of(tree("[]"), tree("[]"), SALT).hash())
        .isEqualTo("4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945");
  }

  private static SyncItems set(String triggers, String webhooks) {
    return SyncItems.of(tree(triggers), tree(webhooks), SALT);
  }

  // Rows, fields, and lists of names in any order.
  private static JsonNode permuted(JsonNode rows, Random random) {
    List<JsonNode> shuffled = new ArrayList<>();
    rows.forEach(row -> shuffled.add(fields(row, random)));
    Collections.shuffle(shuffled, random);
    ArrayNode list = JsonNodeFactory.instance.arrayNode();
    shuffled.forEach(list::add);
    return list;
  }

  private static JsonNode fields(JsonNode node, Random random) {
    if (!node.isObject()) {
      return node;
    }
    List<String> names = new ArrayList<>();
    node.fieldNames().forEachRemaining(names::add);
    Collections.shuffle(names, random);
    ObjectNode copy = JsonNodeFactory.instance.objectNode();
    for (String name : names) {
      JsonNode value = node.get(name);
      boolean unordered = name.equals("events") || name.equals("deliver");
      copy.set(name, unordered ? permuted(value, random) : fields(value, random));
    }
    return copy;
  }

  private static JsonNode tree(String json) {
    try {
      return StoredJson.read(json);
    } catch (JsonProcessingException e) {
      throw new AssertionError(json, e);
    }
  }
}
