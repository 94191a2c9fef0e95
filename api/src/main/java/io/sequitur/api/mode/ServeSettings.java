package io.sequitur.api.mode;

import io.sequitur.activities.delivery.http.EgressPolicy;
import io.sequitur.api.engine.Role;
import io.sequitur.api.engine.Settings;
import io.sequitur.db.DatabaseAddress;
import io.sequitur.workflows.catalogue.WorkflowQueues;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The environment of {@code serve} and {@code migrate}. A name of ours that nobody knows stops the
 * start: it may be a typing error.
 */
record ServeSettings(Map<String, String> environment) {
  static final String WORKFLOW_QUEUES = "SEQUITUR_WORKFLOW_QUEUES";

  private static final String PUBLIC_URL = "SEQUITUR_PUBLIC_URL";
  private static final int PORT = 8080;
  private static final Set<String> KNOWN =
      Set.of(
          "SEQUITUR_DATABASE_URL",
          "SEQUITUR_DATABASE_APP_URL",
          "SEQUITUR_HTTP_PORT",
          PUBLIC_URL,
          "SEQUITUR_KEYSET_FILE",
          "SEQUITUR_EGRESS_ALLOW",
          "SEQUITUR_ENVIRONMENT_ALLOW",
          WORKFLOW_QUEUES,
          "SEQUITUR_ROLES",
          "SEQUITUR_HEAD_START",
          "SEQUITUR_LOG_LEVEL",
          // The clients' and the launcher's: they may stand in the same environment.
          "SEQUITUR_URL",
          "SEQUITUR_API_KEY",
          "SEQUITUR_JAVA_HOME",
          "SEQUITUR_JDK_DIRS");

  /** What Kubernetes makes for a service of our name. */
  private static final Pattern KUBERNETES = Pattern.compile("SEQUITUR_(SERVICE_.*|PORT|PORT_.*)");

  ServeSettings {
    environment = Map.copyOf(environment);
    for (String name : environment.keySet().stream().sorted().toList()) {
      if (name.startsWith("SEQUITUR_")
          && !KNOWN.contains(name)
          && !KUBERNETES.matcher(name).matches()) {
        throw new IllegalArgumentException(
            "unknown setting "
                + name
                + "; known: "
                + KNOWN.stream().sorted().collect(Collectors.joining(", ")));
      }
    }
  }

  DatabaseAddress owner() {
    return address("SEQUITUR_DATABASE_URL", "the database as the schema's owner");
  }

  DatabaseAddress app() {
    return address("SEQUITUR_DATABASE_APP_URL", "the database as the role that processes use");
  }

  Settings settings(@Nullable String rolesOption) {
    String roles =
        rolesOption == null
            ? environment.getOrDefault("SEQUITUR_ROLES", "api,dispatcher,worker")
            : rolesOption;
    String egress = environment.getOrDefault("SEQUITUR_EGRESS_ALLOW", "");
    EgressPolicy.parse(egress);
    return new Settings(
        app(),
        port(),
        false,
        environment.getOrDefault("TEMPORAL_ADDRESS", "127.0.0.1:7233"),
        environment.getOrDefault("TEMPORAL_NAMESPACE", "default"),
        Path.of(required("SEQUITUR_KEYSET_FILE", "a Tink keyset in JSON, which encrypts secrets")),
        egress,
        list(environment, "SEQUITUR_ENVIRONMENT_ALLOW"),
        WorkflowQueues.only(list(environment, WORKFLOW_QUEUES)),
        Role.parse(roles),
        headStart(),
        Settings.DEFAULT_RETENTION,
        publicUrl());
  }

  private boolean headStart() {
    String value = environment.getOrDefault("SEQUITUR_HEAD_START", "on");
    return switch (value) {
      case "on" -> true;
      case "off" -> false;
      default ->
          throw new IllegalArgumentException(
              "SEQUITUR_HEAD_START is on or off, not \"" + value + "\"");
    };
  }

  private @Nullable String publicUrl() {
    String url = environment.get(PUBLIC_URL);
    if (url != null && !url.matches("https?://[^/\\s]+(/\\S*)?")) {
      throw new IllegalArgumentException(
          PUBLIC_URL + " is where others find the API, such as https://sequitur.example.com");
    }
    return url == null ? null : url.replaceFirst("/+$", "");
  }

  private int port() {
    String text = environment.getOrDefault("SEQUITUR_HTTP_PORT", Integer.toString(PORT));
    if (!text.matches("[0-9]{1,5}") || Integer.parseInt(text) > 65_535) {
      throw new IllegalArgumentException("SEQUITUR_HTTP_PORT must be a port, not \"" + text + "\"");
    }
    return Integer.parseInt(text);
  }

  /** Names with commas or blanks between them. */
  static Set<String> list(Map<String, String> environment, String name) {
    return Arrays.stream(environment.getOrDefault(name, "").split("[, ]+"))
        .filter(item -> !item.isEmpty())
        .collect(Collectors.toSet());
  }

  private DatabaseAddress address(String name, String what) {
    try {
      return DatabaseAddress.parse(required(name, what));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(name + ": " + e.getMessage(), e);
    }
  }

  private String required(String name, String what) {
    String value = environment.get(name);
    if (value == null || value.isBlank()) {
      throw new IllegalArgumentException("set " + name + ": " + what);
    }
    return value;
  }
}
