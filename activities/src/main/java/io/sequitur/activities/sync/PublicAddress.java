package io.sequitur.activities.sync;

/** Where the API of this engine is found by others. */
@FunctionalInterface
public interface PublicAddress {
  /** Without a slash at its end. */
  String url();
}
