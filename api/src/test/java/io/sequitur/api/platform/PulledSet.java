package io.sequitur.api.platform;

/** A set that the server answered a pull with, between these two moments. */
record PulledSet(long asked, long answered, long generation, String hash, Content content) {}
