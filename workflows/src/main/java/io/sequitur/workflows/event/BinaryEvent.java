package io.sequitur.workflows.event;

import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import io.sequitur.workflows.json.MalformedJson;
import io.sequitur.workflows.json.StrictJson;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads one event in the binary mode of CloudEvents' HTTP binding: attributes are headers. */
final class BinaryEvent {
  private static final String PREFIX = "ce-";

  private final EventBuilder builder;

  BinaryEvent(EventBuilder builder) {
    this.builder = builder;
  }

  void headers(Iterable<? extends Map.Entry<String, List<String>>> headers) {
    Set<String> seen = new HashSet<>();
    for (var header : headers) {
      String name = header.getKey().toLowerCase(Locale.ROOT);
      if (name.startsWith(PREFIX)) {
        String attribute = name.substring(PREFIX.length());
        header(attribute, header.getValue(), seen.add(attribute));
      }
    }
  }

  private void header(String attribute, List<String> values, boolean first) {
    if (!first || values.size() != 1) {
      builder.refuse(attribute, "The header ce-" + attribute + " stands more than once.");
    } else if (attribute.equals("datacontenttype")) {
      builder.refuse(attribute, "The data's type is the Content-Type header in binary mode.");
    } else {
      decoded(attribute, values.getFirst());
    }
  }

  private void decoded(String attribute, String value) {
    try {
      builder.attribute(attribute, HttpAttribute.decode(value));
    } catch (IllegalArgumentException e) {
      builder.refuse(attribute, "The header ce-" + attribute + " " + e.getMessage() + ".");
    }
  }

  /** JSON stays as it is, text becomes a JSON string, everything else Base64. */
  void data(@Nullable String contentType, byte[] body) {
    if (contentType != null) {
      builder.attribute("datacontenttype", contentType.strip());
    }
    if (body.length == 0) {
      return;
    }
    MediaType type = MediaType.of(contentType == null ? "" : contentType);
    if (type.isJson()) {
      json(body);
      return;
    }
    String text = type.isText() ? decoded(body, type.charset()) : null;
    if (text == null) {
      builder.data("data_base64", '"' + Base64.getEncoder().encodeToString(body) + '"');
    } else {
      StringBuilder quoted = new StringBuilder(text.length() + 16);
      JsonText.appendQuoted(quoted, text);
      builder.data("data", quoted.toString());
    }
  }

  private void json(byte[] body) {
    try {
      // The event around the data is one level more.
      StrictJson.parse(body, StrictJson.MAX_DEPTH - 1, BinaryEvent::validate);
      builder.data("data", new String(body, StandardCharsets.UTF_8).strip());
    } catch (MalformedJson e) {
      builder.refuse("data", e.problem().detail());
    }
  }

  private static boolean validate(JsonParser parser) throws IOException {
    if (parser.nextToken() == null) {
      throw new JsonParseException(parser, "no value");
    }
    parser.skipChildren();
    parser.finishToken();
    return true;
  }

  /** The text, or null if it is not in that charset or holds NUL: then it travels as Base64. */
  private static @Nullable String decoded(byte[] body, @Nullable Charset charset) {
    if (charset == null) {
      return null;
    }
    try {
      String text = charset.newDecoder().decode(ByteBuffer.wrap(body)).toString();
      return text.indexOf('\0') < 0 ? text : null;
    } catch (CharacterCodingException e) {
      return null;
    }
  }
}
