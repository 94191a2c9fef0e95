package io.sequitur.workflows.catalogue;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BigIntegerNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;

/** JSON that comes from our own tables: it was checked before it got there. */
public final class StoredJson {
  private static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  // Events keep numbers of any length.
                  .streamReadConstraints(
                      StreamReadConstraints.builder().maxNumberLength(1 << 20).build())
                  .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                  .recyclerPool(JsonRecyclerPools.newConcurrentDequePool())
                  .build())
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  private StoredJson() {}

  /**
   * As a tree; numbers keep their digits.
   *
   * @throws JsonProcessingException if it is not JSON
   */
  public static JsonNode read(String json) throws JsonProcessingException {
    return MAPPER.readTree(json);
  }

  /**
   * The same of what can only be JSON, such as what PostgreSQL wrote.
   *
   * @throws IllegalStateException if it is not
   */
  public static JsonNode tree(String json) {
    try {
      return read(json);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("what is stored as JSON is JSON", e);
    }
  }

  /** A copy whose numbers are what they are after a way through PostgreSQL's jsonb. */
  public static JsonNode normal(JsonNode node) {
    if (node.isObject()) {
      ObjectNode copy = JsonNodeFactory.instance.objectNode();
      node.properties().forEach(entry -> copy.set(entry.getKey(), normal(entry.getValue())));
      return copy;
    }
    if (node.isArray()) {
      ArrayNode copy = JsonNodeFactory.instance.arrayNode();
      node.forEach(element -> copy.add(normal(element)));
      return copy;
    }
    return node.isNumber() ? number(new BigDecimal(node.asText())) : node;
  }

  private static JsonNode number(BigDecimal number) {
    if (number.scale() > 0) {
      return DecimalNode.valueOf(number);
    }
    var whole = number.toBigIntegerExact();
    if (whole.bitLength() < Integer.SIZE) {
      return IntNode.valueOf(whole.intValueExact());
    }
    return whole.bitLength() < Long.SIZE
        ? LongNode.valueOf(whole.longValueExact())
        : BigIntegerNode.valueOf(whole);
  }
}
