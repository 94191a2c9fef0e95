package io.sequitur.api.e2e;

import io.sequitur.api.testing.Api;
import io.sequitur.api.testing.FakeReceiver;
import io.sequitur.api.testing.Pg;
import io.sequitur.api.testing.Received;
import io.sequitur.api.testing.SequiturProcess;
import io.sequitur.api.testing.SharedSequitur;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.extension.ExtendWith;

/** A test on the shared process: with a name, a receiver's path and an event type of its own. */
@ExtendWith(SharedSequitur.class)
abstract class EndToEnd {
  final SequiturProcess sequitur;
  final FakeReceiver receiver;
  final Api api;
  final String name = "t" + UUID.randomUUID().toString().replace("-", "").substring(0, 12);
  final String path = "/" + name;
  final String type = "e2e." + name;

  EndToEnd(SequiturProcess sequitur, FakeReceiver receiver) {
    this.sequitur = sequitur;
    this.receiver = receiver;
    this.api = sequitur.api();
  }

  Pg pg() {
    return sequitur.pg();
  }

  /** A webhook's definition that delivers this test's events to this test's path. */
  String definition(String more) {
    return "{\"url\":\"%s\",\"events\":[\"%s\"]%s}"
        .formatted(receiver.url(path), type, more.isEmpty() ? "" : "," + more);
  }

  /** Makes this test's webhook; gives its secret. */
  String webhook(String more) {
    return api.webhook(name, definition(more));
  }

  /** An event of this test's type; the source is the test's name. */
  String event(String id, String more) {
    return "{\"id\":\"%s\",\"source\":\"%s\",\"type\":\"%s\"%s}"
        .formatted(id, name, type, more.isEmpty() ? "" : "," + more);
  }

  String publish(String id, String more) {
    return api.publish(event(id, more));
  }

  List<Received> received() {
    return receiver.received(path);
  }

  /** Waits until so many requests came to this test's path. */
  List<Received> awaitReceived(int count) {
    return eventually("requests at " + path)
        .until(this::received, requests -> requests.size() >= count);
  }

  /** Waits until this test's webhook has so many deliveries in this state. */
  void awaitState(String state, long count) {
    try {
      eventually(count + " deliveries " + state).until(() -> deliveries(state) == count);
    } catch (ConditionTimeoutException e) {
      throw new AssertionError("there are " + whatThereIs(), e);
    }
  }

  private String whatThereIs() {
    return pg().text(
            "select json_build_object('deliveries', (select json_agg(d) from sequitur.delivery d where webhook = w.name),"
                + " 'attempts', (select json_agg(a) from sequitur.attempt a where a.webhook_uid = w.uid),"
                + " 'state', (select json_agg(s) from sequitur.webhook_state s where s.webhook_uid = w.uid))::text"
                + " from sequitur.webhook w where w.name = ?",
            name);
  }

  long deliveries(String state) {
    return pg().count(
            "select count(*) from sequitur.delivery where webhook = ? and state = ?", name, state);
  }

  static ConditionFactory eventually(String what) {
    return eventually(what, 20);
  }

  static ConditionFactory eventually(String what, int seconds) {
    return Awaitility.await(what)
        .atMost(Duration.ofSeconds(seconds))
        .pollInterval(Duration.ofMillis(25))
        .pollDelay(Duration.ZERO);
  }
}
