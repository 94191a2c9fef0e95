package io.sequitur.api.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sequitur.api.cli.text.Json;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** A workflow that a trigger starts. */
@SuppressWarnings("NullAway.Init") // picocli sets required options before it calls the command
final class WorkflowFlags {
  @Option(
      names = "--start-workflow",
      required = true,
      paramLabel = "TYPE",
      description = "Starts a workflow of this type; more than one, each with what follows.")
  private String type;

  @Option(
      names = "--task-queue",
      required = true,
      paramLabel = "QUEUE",
      description = "… on this task queue, which the server must allow.")
  private String taskQueue;

  @Option(
      names = "--workflow-id",
      required = true,
      paramLabel = "TEMPLATE",
      description = "… with this id, such as 'deploy-{{ event.id }}'. One id, one workflow.")
  private String id;

  @Option(
      names = "--input",
      paramLabel = "FIELD=TEMPLATE",
      description =
          "… and this in its input: a text, such as repo='{{ data.repository.full_name }}'; FIELD:=JSON for anything else.")
  private @Nullable List<String> input;

  ObjectNode toJson(Client client) {
    ObjectNode workflow = Json.object().put("type", type).put("taskQueue", taskQueue).put("id", id);
    if (input != null) {
      ObjectNode fields = workflow.putObject("input");
      input.forEach(text -> put(client, fields, text));
    }
    return workflow;
  }

  private static void put(Client client, ObjectNode fields, String text) {
    int equals = text.indexOf('=');
    if (equals < 1 || text.startsWith(":=")) {
      throw client.misuse("--input '%s': write it like 'repo={{ data.repo }}'".formatted(text));
    }
    if (text.charAt(equals - 1) == ':') {
      fields.set(text.substring(0, equals - 1), json(client, text, text.substring(equals + 1)));
    } else {
      fields.put(text.substring(0, equals), text.substring(equals + 1));
    }
  }

  private static JsonNode json(Client client, String text, String value) {
    try {
      return Json.parse(value);
    } catch (JsonProcessingException e) {
      throw client.misuse("--input '%s': what follows `:=` must be JSON".formatted(text));
    }
  }
}
