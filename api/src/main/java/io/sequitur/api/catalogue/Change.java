package io.sequitur.api.catalogue;

import java.util.List;

/**
 * What applying a file does, or did, to one resource.
 *
 * @param kind {@code event-type}, {@code key-value}, {@code webhook}, {@code sync-target}, {@code
 *     cache} or {@code trigger}
 * @param fields of an update: what differs
 */
record Change(String kind, String name, Action action, List<String> fields) {
  /** In the words of the API. */
  enum Action {
    created,
    updated,
    unchanged,
    deleted
  }
}
