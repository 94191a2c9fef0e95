package io.sequitur.api.testing;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Makes what nobody should send, from something good; the same for the same seed. */
public final class Mutations {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String PLACE = "\uE000";

  /** Texts that stand in the place of a value, in YAML or JSON. */
  private static final List<String> VALUES =
      List.of(
          "null",
          "true",
          "0",
          "-1",
          "1.5",
          "1e3",
          "1e400",
          "-0",
          "0x7fffffff",
          "yes",
          "[]",
          "{}",
          "\"\"",
          "\" \"",
          "\"\\u0000\"",
          "\"\\ud800\"",
          "\"\\u001b[31m\"",
          "\"a\\nb\"",
          "[null]",
          "[[]]",
          "[{}]",
          "{\"a\":1}",
          "{\"name\":{}}",
          "\"${HOME}\"",
          "\"\\ufeff\"",
          "NaN",
          "9".repeat(90),
          "9".repeat(200),
          "1e2147483648",
          "\"" + "x".repeat(5000) + "\"",
          "[".repeat(40) + "]".repeat(40),
          "[".repeat(500) + "]".repeat(500),
          "[".repeat(3000),
          "{\"a\":".repeat(80) + "1" + "}".repeat(80),
          "{\"name\":1,\"name\":2}");

  /** Things that only YAML has. */
  private static final List<String> YAML =
      List.of(
          "\n%YAML 3.0\n---\n",
          "!!javax.script.ScriptEngineManager [a]",
          "!!binary aGFsbG8=",
          "!!str",
          "&a [*a]",
          "*nobody",
          "<<: {a: b}",
          "? [a, b]\n: c",
          "--- \n--- \n",
          "...\n",
          "\t- tab",
          "|2\n   a\n  b",
          ">-\n",
          "'unfinished",
          "\"\\x",
          "\"\\U0010FFFF\\UFFFFFFFF\"",
          "{a: &x 1, b: *x, c: *x}",
          """
          a: &a [1,1,1,1,1,1,1,1]
          b: &b [*a,*a,*a,*a,*a,*a,*a,*a]
          c: &c [*b,*b,*b,*b,*b,*b,*b,*b]
          d: &d [*c,*c,*c,*c,*c,*c,*c,*c]
          e: &e [*d,*d,*d,*d,*d,*d,*d,*d]
          f: &f [*e,*e,*e,*e,*e,*e,*e,*e]
          g: &g [*f,*f,*f,*f,*f,*f,*f,*f]
          webhooks: [*g,*g,*g,*g]
          """,
          "\n- - - - - - - - - - - - - - - - - - - - a",
          "# comment \u0085",
          ": : :",
          "- name: x\n - name: y",
          "\u2028");

  private static final byte[][] BYTES = {
    {(byte) 0xff},
    {(byte) 0xfe, (byte) 0xff},
    {0},
    {(byte) 0xc0, (byte) 0x80},
    {0x1b},
    {0x7f},
    {(byte) 0xed, (byte) 0xa0, (byte) 0x80},
    {(byte) 0xf4, (byte) 0x90, (byte) 0x80, (byte) 0x80},
    "\uFEFF".getBytes(StandardCharsets.UTF_8)
  };

  private final Random random;

  public Mutations(long seed) {
    this.random = new Random(seed);
  }

  public int upTo(int bound) {
    return random.nextInt(bound);
  }

  public <T> T one(List<T> of) {
    return of.get(random.nextInt(of.size()));
  }

  /** A text, broken in one to three ways. */
  public byte[] broken(String good, boolean yaml) {
    byte[] bytes = good.getBytes(StandardCharsets.UTF_8);
    for (int times = 1 + random.nextInt(3); times > 0; times--) {
      bytes =
          switch (random.nextInt(yaml ? 7 : 6)) {
            case 0 -> flipped(bytes);
            case 1 -> cut(bytes);
            case 2 -> doubled(bytes);
            case 3 -> inserted(bytes, BYTES[random.nextInt(BYTES.length)]);
            case 4 -> inserted(bytes, utf8(one(VALUES)));
            case 5 -> java.util.Arrays.copyOf(bytes, random.nextInt(bytes.length + 1));
            default -> inserted(bytes, utf8(one(YAML)));
          };
    }
    return bytes;
  }

  /**
   * JSON with one to three nodes replaced, renamed, added or repeated; well-formed on the whole.
   */
  public byte[] bent(String good) {
    try {
      JsonNode tree = JSON.readTree(good);
      String text = tree.toString();
      for (int times = 1 + random.nextInt(3); times > 0; times--) {
        text = bentOnce(tree);
      }
      return utf8(text);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("not JSON: " + good, e);
    }
  }

  private String bentOnce(JsonNode tree) {
    List<JsonNode> parents = new ArrayList<>();
    collect(tree, parents);
    String value = one(VALUES);
    JsonNode parent = one(parents);
    if (parent instanceof ObjectNode object) {
      List<String> names = new ArrayList<>();
      object.fieldNames().forEachRemaining(names::add);
      String name = names.isEmpty() || random.nextInt(4) == 0 ? "unknown" : one(names);
      switch (random.nextInt(4)) {
        case 0 -> object.remove(name);
        case 1 -> object.set(name + "s", object.path(name).deepCopy());
        default -> object.put(name, PLACE);
      }
    } else if (parent instanceof ArrayNode array) {
      switch (random.nextInt(3)) {
        case 0 -> array.add(PLACE);
        case 1 -> {
          if (!array.isEmpty()) {
            array.add(array.get(0).deepCopy());
          }
        }
        default -> array.insert(0, JsonNodeFactory.instance.textNode(PLACE));
      }
    }
    return tree.toString().replace("\"" + PLACE + "\"", value);
  }

  private static void collect(JsonNode node, List<JsonNode> into) {
    if (node.isContainerNode()) {
      into.add(node);
      node.forEach(child -> collect(child, into));
    }
  }

  private byte[] flipped(byte[] bytes) {
    byte[] copy = bytes.clone();
    if (copy.length > 0) {
      copy[random.nextInt(copy.length)] ^= (byte) (1 << random.nextInt(8));
    }
    return copy;
  }

  private byte[] cut(byte[] bytes) {
    int from = random.nextInt(bytes.length + 1);
    int to = Math.min(bytes.length, from + random.nextInt(20));
    return joined(bytes, 0, from, new byte[0], bytes, to);
  }

  private byte[] doubled(byte[] bytes) {
    int from = random.nextInt(bytes.length + 1);
    int to = Math.min(bytes.length, from + random.nextInt(60));
    return joined(bytes, 0, to, new byte[0], bytes, from);
  }

  private byte[] inserted(byte[] bytes, byte[] more) {
    int at = random.nextInt(bytes.length + 1);
    return joined(bytes, 0, at, more, bytes, at);
  }

  private static byte[] joined(
      byte[] first, int from, int to, byte[] middle, byte[] last, int rest) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(first, from, to - from);
    out.writeBytes(middle);
    out.write(last, rest, last.length - rest);
    return out.toByteArray();
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
