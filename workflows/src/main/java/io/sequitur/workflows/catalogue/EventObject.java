package io.sequitur.workflows.catalogue;

import dev.cel.common.types.CelType;
import dev.cel.common.types.MapType;
import dev.cel.common.types.SimpleType;
import dev.cel.common.values.CelValue;
import java.util.Collection;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An object of an event's data. As a value of CEL's own it is taken as it is; CEL would look
 * through any other map, down to the last leaf, each time that a filter names it. Unmodifiable.
 */
@SuppressWarnings("Immutable") // it is never changed after it was read
final class EventObject extends CelValue implements Map<String, Object> {
  private final Map<String, Object> members;

  EventObject(Map<String, Object> members) {
    this.members = Collections.unmodifiableMap(members);
  }

  @Override
  public Object value() {
    return this;
  }

  @Override
  public boolean isZeroValue() {
    return members.isEmpty();
  }

  @Override
  public CelType celType() {
    return MapType.create(SimpleType.STRING, SimpleType.DYN);
  }

  @Override
  public int size() {
    return members.size();
  }

  @Override
  public boolean isEmpty() {
    return members.isEmpty();
  }

  @Override
  public boolean containsKey(Object key) {
    return members.containsKey(key);
  }

  @Override
  public boolean containsValue(Object value) {
    return members.containsValue(value);
  }

  @Override
  public @Nullable Object get(Object key) {
    return members.get(key);
  }

  @Override
  public @Nullable Object put(String key, Object value) {
    return members.put(key, value);
  }

  @Override
  public @Nullable Object remove(Object key) {
    return members.remove(key);
  }

  @Override
  public void putAll(Map<? extends String, ? extends Object> more) {
    members.putAll(more);
  }

  @Override
  public void clear() {
    members.clear();
  }

  @Override
  public Set<String> keySet() {
    return members.keySet();
  }

  @Override
  public Collection<Object> values() {
    return members.values();
  }

  @Override
  public Set<Entry<String, Object>> entrySet() {
    return members.entrySet();
  }

  @Override
  public boolean equals(Object other) {
    return members.equals(other);
  }

  @Override
  public int hashCode() {
    return members.hashCode();
  }

  @Override
  public String toString() {
    return members.toString();
  }
}
