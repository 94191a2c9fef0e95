package io.sequitur.api.platform;

import io.sequitur.api.platform.Change.Rotation;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What the catalogue can have been at which time. Each thing is changed by one writer, one change
 * after the other.
 */
final class CatalogueHistory {
  private final Map<String, List<Change>> changes;
  private final List<Rotation> rotations;

  /** When a digest of secrets was first seen, by thing and digest. */
  private final Map<String, Long> sightings = new HashMap<>();

  CatalogueHistory(
      Collection<Change> changes, Collection<Rotation> rotations, Collection<PulledSet> pulls) {
    this.changes = changes.stream().collect(Collectors.groupingBy(Change::thing));
    this.changes.values().forEach(own -> own.sort((a, b) -> Long.compare(a.begun(), b.begun())));
    this.rotations = List.copyOf(rotations);
    for (PulledSet pull : pulls) {
      pull.content()
          .digests()
          .forEach((thing, digest) -> sightings.merge(thing + digest, pull.answered(), Math::min));
    }
  }

  /**
   * What in a set is older than it may be: empty if it is what was committed at some moment between
   * these two.
   */
  List<String> outdated(Content content, long from, long to) {
    List<String> outdated = new ArrayList<>();
    changes.forEach((thing, own) -> {
      String value = content.values().getOrDefault(thing, Change.GONE);
      if (!allowed(own, value, from, to)) {
        outdated.add(thing + "=" + value);
      }
    });
    content
        .digests()
        .forEach((thing, digest) -> {
          if (secretsOutdated(thing, digest, from)) {
            outdated.add(thing + "'s secrets");
          }
        });
    return outdated;
  }

  // The last that was certain before, or any that began after it.
  private static boolean allowed(List<Change> own, String value, long from, long to) {
    int certain = own.size() - 1;
    while (certain >= 0 && own.get(certain).acknowledged() >= from) {
      certain--;
    }
    if (certain < 0 && value.equals(Change.GONE)) {
      return true;
    }
    for (int i = Math.max(certain, 0); i < own.size() && own.get(i).begun() <= to; i++) {
      if (own.get(i).value().equals(value)) {
        return true;
      }
    }
    return false;
  }

  // What somebody saw before they were changed is not what they are since.
  private boolean secretsOutdated(String thing, String digest, long from) {
    Long seen = sightings.get(thing + digest);
    return seen != null
        && rotations.stream()
            .anyMatch(rotation ->
                rotation.thing().equals(thing)
                    && seen < rotation.begun()
                    && rotation.acknowledged() < from);
  }
}
