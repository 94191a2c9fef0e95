package io.sequitur.workflows.catalogue;

/** A template cannot be filled in from this event; the message says why. */
public final class TemplateFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  TemplateFailure(String reason) {
    super(reason, null, false, false);
  }
}
