package io.sequitur.api.catalogue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sequitur.activities.webhook.Environment;
import io.sequitur.activities.webhook.SecretBox;
import io.sequitur.activities.webhook.SecretBox.Place;
import io.sequitur.api.catalogue.Declared.Entry;
import io.sequitur.api.catalogue.Declared.Section;
import io.sequitur.api.webhook.KeyValueChecks;
import io.sequitur.db.webhook.KeyValueStore;
import io.sequitur.db.webhook.KeyValueStore.Sealed;
import io.sequitur.workflows.catalogue.KeyValueDefinition;
import io.sequitur.workflows.json.Problem;
import jakarta.inject.Singleton;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Key-values. A secret whose value the file leaves out stays as it is. */
@Singleton
final class KeyValueKind implements Kind<KeyValueDefinition, Sealed> {
  private final KeyValueStore store;
  private final SecretBox secrets;
  private final Environment environment;

  KeyValueKind(KeyValueStore store, SecretBox secrets, Environment environment) {
    this.store = store;
    this.secrets = secrets;
    this.environment = environment;
  }

  @Override
  public String word() {
    return "key-value";
  }

  @Override
  public String plural() {
    return "keyValues";
  }

  @Override
  public Section<KeyValueDefinition> declared(Declared file) {
    return file.keyValues();
  }

  @Override
  public SortedMap<String, Sealed> standing(Handle handle, String tenant) {
    SortedMap<String, Sealed> standing = new TreeMap<>();
    store.all(handle, tenant).forEach(one -> standing.put(one.row().name(), one));
    return standing;
  }

  @Override
  public void check(
      Entry<KeyValueDefinition> entry, @Nullable Sealed standing, List<Problem> problems) {
    KeyValueDefinition definition = entry.definition();
    String value = definition.value();
    if (value == null && (standing == null || standing.secret() == null)) {
      problems.add(
          new Problem(
              entry.pointer() + "/value",
              "`value` is required: there is no secret of this name yet that could stay."));
    }
    KeyValueChecks.refusal(definition, environment)
        .ifPresent(refusal -> problems.add(new Problem(entry.pointer() + "/value", refusal)));
  }

  @Override
  public List<String> differing(String tenant, KeyValueDefinition declared, Sealed standing) {
    List<String> differing = new ArrayList<>();
    if (!kind(declared).equals(standing.row().kind())) {
      differing.add("kind");
    }
    String value = declared.value();
    if (value != null && !value.equals(current(tenant, standing))) {
      differing.add("value");
    }
    return differing;
  }

  @Override
  public @Nullable String write(
      Handle handle, String tenant, KeyValueDefinition declared, @Nullable Sealed standing) {
    String name = declared.name();
    return writeAll(handle, tenant, List.of(new Writing<>(name, declared, standing))).get(name);
  }

  @Override
  public Map<String, String> writeAll(
      Handle handle, String tenant, List<Writing<KeyValueDefinition, Sealed>> changed) {
    store.write(handle, tenant, changed.stream().map(one -> row(tenant, one.declared())).toList());
    return Map.of();
  }

  private KeyValueStore.Writing row(String tenant, KeyValueDefinition declared) {
    String name = declared.name();
    String value = declared.requiredValue();
    boolean secret = declared.kind() == KeyValueDefinition.Kind.SECRET;
    return new KeyValueStore.Writing(
        name,
        kind(declared),
        secret ? null : value,
        secret ? secrets.seal(value, Place.ofKeyValue(tenant, name)) : null);
  }

  @Override
  public void delete(Handle handle, String tenant, String name) {
    deleteAll(handle, tenant, List.of(name));
  }

  @Override
  public void deleteAll(Handle handle, String tenant, List<String> names) {
    int unused = store.delete(handle, tenant, names);
  }

  @Override
  public ObjectNode export(Sealed standing) {
    return new Shape()
        .text("name", standing.row().name())
        .text("kind", standing.row().kind())
        .text("value", standing.row().value())
        .json();
  }

  private @Nullable String current(String tenant, Sealed standing) {
    byte[] secret = standing.secret();
    if (secret == null) {
      return standing.row().value();
    }
    try {
      return secrets.unseal(secret, Place.ofKeyValue(tenant, standing.row().name()));
    } catch (GeneralSecurityException e) {
      // Nobody can read it any more; the file's value mends that.
      return null;
    }
  }

  private static String kind(KeyValueDefinition definition) {
    return definition.kind().name().toLowerCase(Locale.ROOT);
  }
}
