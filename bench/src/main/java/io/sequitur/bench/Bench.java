package io.sequitur.bench;

import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Runs loads, one after another, and measures each. */
final class Bench implements Closeable {
  private static final Duration LEAD = Duration.ofMillis(100);
  private static final long LATE_NANOS = Duration.ofMillis(10).toNanos();
  private static final double SLACK = 0.01;
  private static final int RECOVERY_DRAINS = 4;

  /**
   * Deliveries a second: a compiler wants thousands of calls before it is done, which would take
   * minutes at a low rate; and no more than a cold server can take.
   */
  private static final int WARM_UP_RATE = 400;

  private final Plan plan;
  private final Endpoint endpoint;
  private final RunId run;
  private final Receiver receiver;
  private final Generator generator;
  private final Meters meters;
  private final Consumer<String> progress;
  private int step;

  Bench(
      Plan plan,
      Endpoint endpoint,
      RunId run,
      Receiver receiver,
      Generator generator,
      Meters meters,
      Consumer<String> progress) {
    this.plan = plan;
    this.endpoint = endpoint;
    this.run = run;
    this.receiver = receiver;
    this.generator = generator;
    this.meters = meters;
    this.progress = progress;
  }

  List<Row> measure(List<Integer> rates) throws InterruptedException {
    meters.measureIdle(plan.settle(), plan.idle());
    List<Row> rows = new ArrayList<>();
    for (int rate : rates) {
      rows.add(measureOne(rate).row);
    }
    return rows;
  }

  /** The row of the highest rate that holds; empty when none that was tried does. */
  Optional<Row> searchMax(int firstRate) throws InterruptedException {
    meters.measureIdle(plan.settle(), plan.idle());
    MaxSearch search = new MaxSearch(firstRate, plan.maxRate());
    Row best = null;
    while (search.hasNext()) {
      Measured measured = measureOne(search.next());
      Row row = measured.row;
      boolean holds = row.holds(plan.length());
      progress.accept("rate %d/s %s".formatted(row.rate(), holds ? "holds" : "does not hold"));
      best = holds ? row : best;
      search.record(holds);
      recover(measured.ledger);
    }
    return Optional.ofNullable(best);
  }

  private Measured measureOne(int rate) throws InterruptedException {
    warmUp(rate);
    progress.accept("rate %d/s: measuring for %d s".formatted(rate, plan.length().toSeconds()));
    Meters.Sample before = meters.sample();
    Ledger ledger = load(rate, plan.length());
    Duration backlog = awaitBacklog(ledger);
    Thread.sleep(plan.settle());
    Meters.Sample after = meters.sample();
    report(ledger, backlog);
    return new Measured(new Row(rate, result(ledger, before, after), backlog), ledger);
  }

  private void warmUp(int rate) throws InterruptedException {
    if (plan.warmUp().isZero()) {
      return;
    }
    progress.accept("rate %d/s: warming up for %d s".formatted(rate, plan.warmUp().toSeconds()));
    Ledger ledger = load(Math.max(rate, WARM_UP_RATE / plan.fanOut()), plan.warmUp());
    report(ledger, awaitBacklog(ledger));
    recover(ledger);
    Thread.sleep(plan.settle());
  }

  /** What a rate that was too high has left behind must not count against the next. */
  private void recover(Ledger ledger) {
    long patience = plan.drain().multipliedBy(RECOVERY_DRAINS).toNanos();
    if (!ledger.awaitDelivered(System.nanoTime() + patience)) {
      progress.accept("its backlog is still not gone: what follows may be too low");
    }
  }

  private Ledger load(int rate, Duration length) throws InterruptedException {
    step++;
    Schedule schedule = Schedule.of(rate, length, plan.batch(), System.nanoTime() + LEAD.toNanos());
    Ledger ledger = new Ledger(schedule, plan.fanOut());
    receiver.enter(step, ledger);
    EventTemplate template =
        EventTemplate.of(endpoint, run, step, plan.size(), plan.keys(), plan.batch());
    generator.run(template, ledger, schedule.endNanos() + plan.drain().toNanos());
    return ledger;
  }

  /** Waits from the last send, which is after the schedule's end when the server was slow. */
  private @Nullable Duration awaitBacklog(Ledger ledger) {
    long end = ledger.schedule().endNanos();
    long lastSend = System.nanoTime();
    long from = lastSend - end > 0 ? lastSend : end;
    if (!ledger.awaitDelivered(from + plan.drain().toNanos())) {
      return null;
    }
    return Duration.ofNanos(Math.max(0, System.nanoTime() - end));
  }

  private RateResult result(Ledger ledger, Meters.Sample before, Meters.Sample after) {
    long published = ledger.published();
    return new RateResult(
        ledger.schedule().count(),
        published,
        ledger.delivered(),
        ledger.lost(),
        ledger.duplicates(),
        RateResult.AckMs.of(ledger.ack),
        RateResult.DeliverMs.of(ledger.deliver),
        meters.eventsPerWorkflow(ledger.ids),
        meters.statementsPerEvent(before, after, published),
        after.cpu().perThousandSince(before.cpu(), published));
  }

  private void report(Ledger ledger, @Nullable Duration backlog) {
    if (backlog == null) {
      progress.accept(
          "%d deliveries still missing %d s after the end"
              .formatted(ledger.lost(), plan.drain().toSeconds()));
    }
    long late = ledger.lateness.above(LATE_NANOS);
    if (late > ledger.schedule().count() * SLACK) {
      progress.accept(
          "%d sends went out more than 10 ms late (at most %s ms): their times count from when they"
                  .formatted(late, ledger.lateness.maxMs())
              + " were due; more --connections may help");
    }
    if (!ledger.refusals().isEmpty()) {
      progress.accept(
          ledger.refusals().entrySet().stream()
              .map(reason -> reason.getValue() + " x " + reason.getKey())
              .collect(Collectors.joining(", ", "not published: ", "")));
    }
  }

  @Override
  public void close() throws IOException {
    generator.close();
  }

  private record Measured(Row row, Ledger ledger) {}
}
