package io.sequitur.api.platform;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sequitur.api.testing.Api;
import io.sequitur.client.Acknowledgement;
import io.sequitur.client.HttpSyncApi;
import io.sequitur.client.SyncApi;
import io.sequitur.client.TriggerSet;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Supplier;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** A target, its platform in fine weather, one trigger to be changed, and a reader beside. */
final class Told implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofMinutes(2);

  private final Supplier<String> address;
  private final String name;
  private final String target;
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final Evidence evidence = new Evidence();
  private final ChangeLog changes = new ChangeLog();
  private final Gate acknowledgements = new Gate();
  private final FakePlatform platform;
  private final StateReader reader;
  private volatile Api api;

  /**
   * Makes them.
   *
   * @param address of the server that is there now
   * @param settings of the target, in JSON
   */
  Told(Supplier<String> address, String name, Path file, String settings) {
    this.address = address;
    this.api = new Api(address.get());
    this.name = name;
    this.target = "/v1/sync-targets/" + name;
    this.platform = new FakePlatform(new Gated(), file, Weather.fine(), evidence);
    change("first");
    JsonNode made =
        api()
            .put(target, "{\"url\":\"%s\",%s}".formatted(platform.url(), settings))
            .expect(201)
            .json();
    platform.secret(made.get("signingSecret").textValue());
    this.reader = new StateReader(this::api, name, evidence, () -> {});
  }

  /** The client, which finds the server again, and stops before it acknowledges. */
  private final class Gated implements SyncApi {
    @Override
    public Pulled pull(@Nullable String hash) throws IOException, InterruptedException {
      return direct().pull(hash);
    }

    @Override
    public void acknowledge(Acknowledgement acknowledgement)
        throws IOException, InterruptedException {
      acknowledgements.pass();
      direct().acknowledge(acknowledgement);
    }
  }

  // Started again, it is elsewhere.
  private Api api() {
    String now = address.get();
    if (!api.url().equals(now)) {
      api = new Api(now);
    }
    return api;
  }

  private SyncApi direct() {
    return new HttpSyncApi(http, URI.create(address.get()), name, null);
  }

  /** The id of the workflow that tells it. */
  String workflow() {
    return api().get(target).expect(200).json().get("workflow").textValue();
  }

  FakePlatform platform() {
    return platform;
  }

  Evidence evidence() {
    return evidence;
  }

  /** Through which the platform's acknowledgements go. */
  Gate acknowledgements() {
    return acknowledgements;
  }

  void change(String value) {
    long begun = System.nanoTime();
    int status =
        api()
            .put(
                "/v1/triggers/" + name,
                "{\"description\":\"%s\",\"on\":{},\"actions\":[{\"invalidate\":[\"k\"]}]}"
                    .formatted(value))
            .status();
    assertThat(status).isBetween(200, 201);
    changes.changed(new Change(name, value, begun, System.nanoTime()));
  }

  String state() {
    return api().get(target).expect(200).json().get("state").textValue();
  }

  /** Waits until it is, and holds what we have. */
  void awaitClean() {
    Awaitility.await(name + " is clean")
        .atMost(LIMIT)
        .pollInterval(Duration.ofMillis(50))
        .untilAsserted(() -> {
          assertThat(state()).isEqualTo("CLEAN");
          TriggerSet theirs = platform.disk().held();
          assertThat(direct().pull(null))
              .isInstanceOfSatisfying(
                  SyncApi.Pulled.Full.class,
                  ours -> {
                    assertThat(theirs.hash()).isEqualTo(ours.set().hash());
                    assertThat(theirs.items()).isEqualTo(ours.set().items());
                  });
        });
  }

  void judge() {
    reader.close();
    Verdict verdict = new SyncJudge(changes.history(evidence), evidence, LIMIT).judge();
    assertThat(verdict.violations()).isEmpty();
    assertThat(verdict.clean()).isPositive();
    assertThat(evidence.held()).hasSizeGreaterThan(2);
    assertThat(verdict.excused()).isZero();
  }

  @Override
  public void close() {
    reader.close();
    acknowledgements.open();
    platform.arrivals().open();
    int trigger = api().delete("/v1/triggers/" + name).status();
    int unused = api().delete(target).status();
    assertThat(trigger).isEqualTo(204);
    platform.close();
  }
}
