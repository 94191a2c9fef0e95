package io.sequitur.api.platform;

import io.sequitur.client.Copy;
import io.sequitur.client.FileCopy;
import io.sequitur.client.TriggerSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A platform's disk, which outlives its processes, and writes down what is on it since when. */
final class Disk {
  private final Path file;
  private final FileCopy copy;
  private final Evidence evidence;
  private long highest;

  Disk(Path file, Evidence evidence) {
    this.file = file;
    this.copy = new FileCopy(file);
    this.evidence = evidence;
  }

  /** As a process sees it. */
  Copy of(Life life, Weather weather) {
    return new Copy() {
      @Override
      public TriggerSet held() throws IOException {
        life.check();
        return copy.held();
      }

      @Override
      public TriggerSet apply(TriggerSet set) throws IOException, RejectedException {
        if (weather.strikes(Weather.Fault.REJECTION)) {
          throw new RejectedException("not in this weather");
        }
        return write(life, set);
      }
    };
  }

  TriggerSet held() throws IOException {
    return copy.held();
  }

  private synchronized TriggerSet write(Life life, TriggerSet set) throws IOException {
    life.check();
    long before = copy.held().generation();
    long begun = System.nanoTime();
    TriggerSet held = copy.apply(set);
    if (held.generation() != before) {
      highest = Math.max(highest, held.generation());
      evidence.held(
          new Held(
              begun,
              System.nanoTime(),
              held.generation(),
              held.hash(),
              Content.of(held.items()),
              held.generation() < highest));
    }
    return held;
  }

  /** Everything that was on it is gone. */
  synchronized void lose() throws IOException {
    long begun = System.nanoTime();
    if (Files.deleteIfExists(file)) {
      evidence.held(new Held(begun, System.nanoTime(), 0, "", Content.NOTHING, true));
    }
  }
}
