package io.sequitur.api.mode.demo;

import io.sequitur.api.cli.text.Terminal;
import java.time.Duration;
import java.util.List;

/** The story, step by step; it ends at the first step where something promised did not hold. */
public final class Story {
  private final DemoServer server;
  private final Terminal terminal;
  private final Duration patience;

  /**
   * A story with this server.
   *
   * @param patience how long a step waits for something that was promised
   */
  public Story(DemoServer server, Terminal terminal, Duration patience) {
    this.server = server;
    this.terminal = terminal;
    this.patience = patience;
  }

  /**
   * Plays it.
   *
   * @return whether everything held
   */
  public boolean play() throws InterruptedException {
    Timeline timeline = new Timeline(terminal);
    try (Inbox inbox = new Inbox(terminal.clock())) {
      introduce(timeline);
      timeline.step("A server starts: PostgreSQL, Temporal, API and worker, for this story only");
      DemoServer.Running running = server.start();
      timeline.tell("ready at " + running.api());
      Stage stage = new Stage(timeline, inbox, running, patience);
      for (Step step : steps()) {
        step.play(stage);
        if (!timeline.allHeld()) {
          break;
        }
      }
    }
    timeline.conclude();
    return timeline.allHeld();
  }

  private List<Step> steps() {
    return List.of(
        new WebhooksStep(),
        new ArrivalStep(),
        new FreshStep("by API", Stage::setToken),
        new FreshStep("by SQL (update sequitur.key_value …)", Stage::setTokenBySql),
        new PlatformsStep(),
        new FailureStep(),
        new CrashStep(server));
  }

  private static void introduce(Timeline timeline) {
    timeline.introduce(
        "Sequitur's demo: events from GitHub go to two webhooks of a receiver, while");
    timeline.introduce(
        "configuration changes, a platform lies, the receiver fails and the server is");
    timeline.introduce(
        "killed. It takes about half a minute, stays on this machine and removes its");
    timeline.introduce("data at the end.");
  }
}
