package io.sequitur.api.mode.demo;

/** What a step of the story shows; the numbers are the design's. */
enum Guarantee {
  NOTHING_LOST("G2 nothing lost"),
  FRESH("G3 fresh"),
  ORDER("G5 in order"),
  SYNC("G7 sync truth"),
  ONCE("G8 once"),
  ALONE("G9 alone"),
  SIGNED("signed");

  private final String label;

  Guarantee(String label) {
    this.label = label;
  }

  String label() {
    return label;
  }
}
