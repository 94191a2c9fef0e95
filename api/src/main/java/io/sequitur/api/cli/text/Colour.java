package io.sequitur.api.cli.text;

/** The colours, by what a word means: going well, on its way, needs somebody. */
public enum Colour {
  NONE(""),
  GOOD("32"),
  WAITING("33"),
  BAD("31"),
  FAINT("2");

  private final String code;

  Colour(String code) {
    this.code = code;
  }

  /** The text in this colour, or as it is where colours are not wanted. */
  public String paint(Terminal terminal, String text) {
    return this == NONE || !terminal.coloured()
        ? text
        : "\u001B[" + code + "m" + text + "\u001B[0m";
  }

  /** The colour of a state of an event, a delivery, a webhook or a trigger. */
  public static Colour ofState(String state) {
    return switch (state) {
      case "delivered", "routed", "ok", "valid" -> GOOD;
      case "pending", "retrying", "waiting", "held", "troubled", "quarantined" -> WAITING;
      case "blocked", "exhausted", "disabled", "invalid" -> BAD;
      case "skipped", "cancelled" -> FAINT;
      default -> NONE;
    };
  }
}
