package io.sequitur.api.e2e;

import static io.sequitur.api.e2e.EndToEnd.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.sequitur.api.testing.Api;
import io.sequitur.api.testing.FakeReceiver;
import io.sequitur.api.testing.Site;
import io.sequitur.api.testing.Site.Serving;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Three processes send to a webhook with a rate limit. The moments of the permits are judged, where
 * they are given out. {@code -Dtests.rate=PT30S} is how long the backlog lasts.
 */
@Tag("slow")
final class SharedRateTest {
  private static final Duration RUN = Duration.parse(System.getProperty("tests.rate", "PT9S"));
  private static final int LIMIT = 20;
  private static final int PROCESSES = 3;
  private static final String PATH = "/limited";

  // What take_permits() answers is written down in the transaction that gives it out.
  private static final List<String> LOG =
      List.of(
          "create table sequitur.given (at timestamptz not null)",
          "alter function sequitur.take_permits(json, interval) rename to taken_permits",
          """
          create function sequitur.take_permits(asked json, horizon interval)
            returns table (webhook_uid bigint, granted integer, first_at timestamptz, ahead interval, spacing interval)
            language plpgsql volatile security definer set search_path = sequitur, pg_temp
          as $$
          begin
            for webhook_uid, granted, first_at, ahead, spacing in select * from taken_permits(asked, horizon) loop
              insert into given select first_at + i * spacing from generate_series(0, granted - 1) i;
              return next;
            end loop;
          end
          $$
          """);

  private final Site site = new Site();
  private final FakeReceiver receiver = new FakeReceiver();

  @AfterEach
  void end() {
    site.close();
    receiver.close();
  }

  @Test
  void togetherTheyKeepToTheLimitAndUseIt() {
    String unused = site.run("migrate");
    String key = site.run("admin", "create-key", "rate");
    LOG.forEach(site.pg()::update);
    List<Api> apis =
        IntStream.range(0, PROCESSES)
            .mapToObj(i -> site.serve(Map.of()))
            .map((Serving one) -> one.api(key))
            .toList();
    String secret =
        apis.getFirst()
            .webhook(
                "limited",
                "{\"url\":\"%s\",\"events\":[\"*\"],\"maxConcurrency\":30,\"rateLimit\":{\"count\":%d,\"per\":\"1s\"}}"
                    .formatted(receiver.url(PATH), LIMIT));
    assertThat(secret).isNotEmpty();

    int events = (int) RUN.toSeconds() * LIMIT;
    for (int i = 0; i < PROCESSES; i++) {
      publish(apis.get(i), i, events / PROCESSES);
    }
    eventually("all delivered", (int) RUN.toSeconds() * 2 + 30)
        .until(() ->
            site.pg().count("select count(*) from sequitur.delivery_done where state = 'delivered'")
                == events);

    List<Double> moments = moments();
    // At first the groups hand over to the webhook's workflow: that takes what Temporal takes.
    double rate = rate(moments.subList(moments.size() / 3, moments.size()));
    System.out.printf(
        "%d permits for %d events: %.2f a second, at first too %.2f, at most %d in any second%n",
        moments.size(), events, rate, rate(moments), most(moments));
    assertThat(most(moments)).isLessThanOrEqualTo(LIMIT + 1);
    assertThat(rate).isGreaterThanOrEqualTo(LIMIT - 1);
    assertThat(site.pg().count("select count(*) from sequitur.attempt"))
        .as("an attempt each, none for having waited")
        .isEqualTo(events);
    assertThat(receiver.received(PATH)).hasSize(events);
  }

  private static void publish(Api api, int process, int count) {
    String batch =
        IntStream.range(0, count)
            .mapToObj(i ->
                "{\"specversion\":\"1.0\",\"id\":\"%d-%d\",\"source\":\"s\",\"type\":\"t\"}"
                    .formatted(process, i))
            .collect(Collectors.joining(",", "[", "]"));
    Api.Response unused =
        api.post("/v1/events", batch, "Content-Type", "application/cloudevents-batch+json")
            .expect(202);
  }

  private List<Double> moments() {
    String all =
        site.pg()
            .text(
                "select string_agg(extract(epoch from at)::text, ' ' order by at) from sequitur.given");
    return Arrays.stream(all.split(" ")).map(Double::valueOf).toList();
  }

  private static double rate(List<Double> moments) {
    return (moments.size() - 1) / (moments.getLast() - moments.getFirst());
  }

  private static int most(List<Double> moments) {
    List<Integer> counts = new ArrayList<>();
    for (int from = 0, to = 0; from < moments.size(); from++) {
      while (to < moments.size() && moments.get(to) < moments.get(from) + 1) {
        to++;
      }
      counts.add(to - from);
    }
    return counts.stream().mapToInt(Integer::intValue).max().orElse(0);
  }
}
