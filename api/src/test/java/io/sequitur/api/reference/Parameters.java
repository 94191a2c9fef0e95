package io.sequitur.api.reference;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.micronaut.core.type.Argument;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.annotation.Header;
import io.micronaut.http.annotation.QueryValue;
import io.micronaut.web.router.UriRouteInfo;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;

/** The parameters of an operation, from its method's arguments. */
record Parameters(Words words, UriRouteInfo<?, ?> route, JsonNode said, List<Example> examples) {
  ArrayNode all() {
    ArrayNode all = JsonNodeFactory.instance.arrayNode();
    for (Argument<?> argument : Interface.arguments(route)) {
      if (!HttpRequest.class.isAssignableFrom(argument.getType())) {
        all.add(parameter(argument));
      }
    }
    // What the code reads by hand.
    for (Map.Entry<String, JsonNode> header : said.path("headers").properties()) {
      ObjectNode parameter = all.addObject();
      parameter.put("name", header.getKey()).put("in", "header");
      parameter.setAll((ObjectNode) header.getValue());
    }
    return all;
  }

  private ObjectNode parameter(Argument<?> argument) {
    ObjectNode parameter = JsonNodeFactory.instance.objectNode();
    ObjectNode schema = JsonNodeFactory.instance.objectNode();
    boolean number = argument.getType() == Integer.class || argument.getType() == int.class;
    schema.put("type", number ? "integer" : "string");
    String header = argument.getAnnotationMetadata().stringValue(Header.class).orElse("");
    boolean query = argument.getAnnotationMetadata().hasAnnotation(QueryValue.class);
    String asked = argument.getAnnotationMetadata().stringValue(QueryValue.class).orElse("");
    String name =
        Stream.of(header, asked)
            .filter(given -> !given.isEmpty())
            .findFirst()
            .orElse(argument.getName());
    String in = query ? "query" : header.isEmpty() ? "path" : "header";
    parameter.put("name", name).put("in", in);
    words.describeParameter(parameter, schema, said, name);
    if (in.equals("path")) {
      parameter.put("required", true);
    }
    parameter.set("schema", schema);
    ObjectNode shown =
        switch (in) {
          case "query" -> shown(name, number, Example::query);
          case "header" -> shown(name, number, Example::headers);
          default -> shown(name, number, Example::path);
        };
    if (!shown.isEmpty()) {
      parameter.set("examples", shown);
    }
    return parameter;
  }

  private ObjectNode shown(
      String name, boolean number, Function<Example, Map<String, String>> part) {
    ObjectNode shown = JsonNodeFactory.instance.objectNode();
    for (Example example : examples) {
      String value = part.apply(example).get(name);
      if (value == null) {
        continue;
      }
      // What another example's answer gave has a sample of its form.
      String sample =
          value.startsWith("$") ? words.at("samples").path(value.substring(1)).asText() : value;
      ObjectNode one = shown.putObject(example.name());
      one.put("summary", OpenApiDocument.summary(example));
      if (number && sample.matches("-?\\d+")) {
        one.put("value", Integer.parseInt(sample));
      } else {
        one.put("value", sample);
      }
    }
    return shown;
  }
}
