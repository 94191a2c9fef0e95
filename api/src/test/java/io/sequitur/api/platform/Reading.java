package io.sequitur.api.platform;

/**
 * What the server said of a target at some moment between these two.
 *
 * @param appliedHash empty: nothing was acknowledged yet
 */
record Reading(
    long asked,
    long answered,
    String state,
    long desired,
    String desiredHash,
    long applied,
    String appliedHash) {
  boolean clean() {
    return state.equals("CLEAN");
  }
}
