package io.sequitur.api.cli.listen;

/**
 * What a signature was found to be.
 *
 * @param reason for a person; empty when it is good
 */
public record Verdict(Kind kind, String reason) {
  public enum Kind {
    GOOD("✓"),
    BAD("✗"),
    /** Nobody said which secret to check with. */
    UNCHECKED("–");

    private final String sign;

    Kind(String sign) {
      this.sign = sign;
    }
  }

  static final Verdict GOOD = new Verdict(Kind.GOOD, "");
  static final Verdict UNCHECKED = new Verdict(Kind.UNCHECKED, "not verified");

  static Verdict bad(String reason) {
    return new Verdict(Kind.BAD, reason);
  }

  /** Whether somebody who holds the secret signed it. */
  public boolean good() {
    return kind == Kind.GOOD;
  }

  @Override
  public String toString() {
    return reason.isEmpty() ? kind.sign : kind.sign + " " + reason;
  }
}
