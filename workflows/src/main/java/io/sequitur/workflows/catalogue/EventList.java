package io.sequitur.workflows.catalogue;

import dev.cel.common.types.CelType;
import dev.cel.common.types.ListType;
import dev.cel.common.types.SimpleType;
import dev.cel.common.values.CelValue;
import java.util.Collection;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.ListIterator;
import java.util.RandomAccess;

/** A list of an event's data; the same for lists as {@link EventObject} for maps. */
@SuppressWarnings("Immutable") // it is never changed after it was read
final class EventList extends CelValue implements List<Object>, RandomAccess {
  private final List<Object> elements;

  EventList(List<Object> elements) {
    this.elements = Collections.unmodifiableList(elements);
  }

  @Override
  public Object value() {
    return this;
  }

  @Override
  public boolean isZeroValue() {
    return elements.isEmpty();
  }

  @Override
  public CelType celType() {
    return ListType.create(SimpleType.DYN);
  }

  @Override
  public int size() {
    return elements.size();
  }

  @Override
  public boolean isEmpty() {
    return elements.isEmpty();
  }

  @Override
  public boolean contains(Object element) {
    return elements.contains(element);
  }

  @Override
  public Iterator<Object> iterator() {
    return elements.iterator();
  }

  @Override
  public Object[] toArray() {
    return elements.toArray();
  }

  @Override
  public <T> T[] toArray(T[] array) {
    return elements.toArray(array);
  }

  @Override
  public boolean add(Object element) {
    return elements.add(element);
  }

  @Override
  public boolean remove(Object element) {
    return elements.remove(element);
  }

  @Override
  public boolean containsAll(Collection<?> others) {
    return elements.containsAll(others);
  }

  @Override
  public boolean addAll(Collection<? extends Object> more) {
    return elements.addAll(more);
  }

  @Override
  public boolean addAll(int index, Collection<? extends Object> more) {
    return elements.addAll(index, more);
  }

  @Override
  public boolean removeAll(Collection<?> others) {
    return elements.removeAll(others);
  }

  @Override
  public boolean retainAll(Collection<?> others) {
    return elements.retainAll(others);
  }

  @Override
  public void clear() {
    elements.clear();
  }

  @Override
  public Object get(int index) {
    return elements.get(index);
  }

  @Override
  public Object set(int index, Object element) {
    return elements.set(index, element);
  }

  @Override
  public void add(int index, Object element) {
    elements.add(index, element);
  }

  @Override
  public Object remove(int index) {
    return elements.remove(index);
  }

  @Override
  public int indexOf(Object element) {
    return elements.indexOf(element);
  }

  @Override
  public int lastIndexOf(Object element) {
    return elements.lastIndexOf(element);
  }

  @Override
  public ListIterator<Object> listIterator() {
    return elements.listIterator();
  }

  @Override
  public ListIterator<Object> listIterator(int index) {
    return elements.listIterator(index);
  }

  @Override
  public List<Object> subList(int from, int to) {
    return elements.subList(from, to);
  }

  @Override
  public boolean equals(Object other) {
    return elements.equals(other);
  }

  @Override
  public int hashCode() {
    return elements.hashCode();
  }

  @Override
  public String toString() {
    return elements.toString();
  }
}
