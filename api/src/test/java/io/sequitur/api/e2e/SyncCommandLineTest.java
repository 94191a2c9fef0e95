package io.sequitur.api.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sequitur.api.testing.Api;
import io.sequitur.api.testing.FakeReceiver;
import io.sequitur.api.testing.Received;
import io.sequitur.api.testing.SequiturProcess;
import io.sequitur.api.testing.TestTerminal;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Sync targets by commands alone, on a running process. */
final class SyncCommandLineTest extends SyncEndToEnd {
  SyncCommandLineTest(SequiturProcess sequitur, FakeReceiver receiver) {
    super(sequitur, receiver);
  }

  /** What a command came to. */
  private record Ran(int exit, String out, String err) {
    String secret() {
      assertThat(out).contains("shown only this once: whsec_");
      return out.replaceAll("(?s).*(whsec_\\S+).*", "$1");
    }
  }

  private Ran run(String command) {
    TestTerminal terminal = new TestTerminal().with("SEQUITUR_URL", sequitur.url());
    int exit = terminal.run(command.replace("NAME", name).split(" "));
    return new Ran(exit, terminal.out(), terminal.err());
  }

  private Ran done(String command) {
    Ran ran = run(command);
    assertThat(ran.exit()).as(command + ": " + ran).isZero();
    return ran;
  }

  private String set(String more) {
    return "sync-target set NAME --debounce 100ms --url " + receiver.url(platform) + more;
  }

  @Test
  void aTargetIsMadeAskedWatchedAndDeleted() {
    webhook("");
    Ran made = done(set(""));
    assertThat(made.out()).startsWith("created sync-target " + name);
    done("sync request NAME --wait notified");
    notice(1);
    notices().getFirst().verify(made.secret());
    Ran waiting = done("sync request NAME");
    assertThat(waiting.out()).containsPattern("applied +0\n");

    follow();
    assertThat(done("sync request NAME --wait applied").out()).containsPattern("state +CLEAN\n");
    assertThat(done("sync status NAME").out())
        .containsPattern("state +CLEAN\n")
        .containsPattern("proven +true\n")
        .containsPattern("T\\S+Z +applied +CLEAN +\\d+ +ntc_[0-9a-f]{32}")
        .containsPattern("T\\S+Z +arrived +AWAITING_ACK +")
        .containsPattern("T\\S+Z +notice +NOTIFYING +");
    assertThat(done("sync-target list --limit 1000").out())
        .containsPattern(name + " +" + receiver.url(platform) + " +notify +CLEAN +");
    assertThat(done("sync-target show NAME").out())
        .containsPattern("debounce +100ms\n")
        .doesNotContain("whsec_");
    assertThat(done("sync-target list --limit 1000 -o json").out()).doesNotContain("whsec_");

    assertThat(done("sync-target delete NAME").out())
        .isEqualTo("deleted sync-target " + name + "\n");
    assertThat(run("sync status NAME").exit()).isOne();
  }

  @Test
  void duringARotationBothSecretsAreRightAndAfterItOne() {
    webhook("");
    String first = done(set("")).secret();
    notice(1);
    follow();
    Ran rotated = done("sync-target rotate-secret NAME --overlap 1h");
    assertThat(rotated.out()).containsPattern("keys before sign until 20\\S+Z\n");
    assertThat(state()).as("the set is the same").isEqualTo("CLEAN");
    api.put("/v1/webhooks/" + name, definition("\"ordered\":true")).expect(200);
    notice(2);
    Received both = notices().getLast();
    both.verify(first);
    both.verify(rotated.secret());
    follow();

    String last = done("sync-target rotate-secret NAME --overlap 0s").secret();
    api.put("/v1/webhooks/" + name, definition("")).expect(200);
    notice(3);
    Received one = notices().getLast();
    one.verify(last);
    assertThat(one.header("webhook-signature").split(" ")).hasSize(1);
  }

  @Test
  void aRefusalIsAFailureWithItsReasonAndTheTargetIsAskedAgainEachTime() {
    webhook("");
    done(set(""));
    JsonNode set = refuse(1);
    CompletableFuture<Ran> asked =
        CompletableFuture.supplyAsync(() -> run("sync request NAME --wait applied"));
    assertThat(refuse(2)).isEqualTo(set);
    Ran refused = asked.join();
    assertThat(refused.exit()).isOne();
    assertThat(refused.out())
        .containsPattern("state +NACKED\n")
        .containsPattern("error +no such queue\n");
    assertThat(done("sync-target list --limit 1000").out())
        .containsPattern(name + " .*NACKED .*no such queue");
    assertThat(run("sync confirm NAME").err())
        .isEqualTo("sequitur: nothing of %s is suppressed: it is NACKED\n".formatted(name));
  }

  private JsonNode refuse(int number) {
    JsonNode notice = notice(number);
    JsonNode set = api.get(target + "/triggers").expect(200).json();
    api.post(target + "/acks", ackBody(set, id(notice), "REJECTED", "no such queue")).expect(200);
    return set;
  }

  @Test
  void oneThatATriggerNotifiesIsNotDeleted() {
    done(set(""));
    done("trigger set NAME --on some.type --notify NAME");
    Ran deleted = run("sync-target delete NAME");
    assertThat(deleted.exit()).isOne();
    assertThat(deleted.err()).contains("used by the triggers " + name);
    done("trigger delete NAME");
    done("sync-target delete NAME");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--mode telepathy                      | /mode",
        "--resync 10ms                         | /resync",
        "--resync 8d                           | /resync",
        "--debounce soon                       | /debounce",
        "--debounce 2m                         | /debounce",
        "--ack-timeout 0s                      | /ackTimeout",
        "--not-monotonic --quiet-time 25h      | /quiet",
        "--not-monotonic --quiet-time -1s      | /quiet",
        "--signing-secret hush                 | /signingSecret",
        "--url ftp://scaler.example.com/       | /url",
        "--url http://169.254.169.254/latest   | /url",
        "--url nonsense                        | /url",
      })
  void whatCannotBeIsRefusedByItsField(String flags, String pointer) {
    String url = flags.contains("--url") ? "" : " --url " + receiver.url(platform);
    Ran ran = run("sync-target set NAME " + flags + url);
    assertThat(ran.exit()).isOne();
    assertThat(ran.err()).contains(pointer + ": ").doesNotContain("hush", "Exception", "\tat ");
    assertThat(ran.out()).isEmpty();
    api.get(target).expect(404);
  }

  @ParameterizedTest
  @ValueSource(strings = {"UPPER", "a+b", "%00", "-a", "a/b"})
  void aNameThatCannotBeIsRefused(String bad) {
    // After two dashes nothing is a flag.
    Ran ran = run("sync-target set --url " + receiver.url(platform) + " -- " + bad);
    assertThat(ran.exit()).isOne();
    assertThat(ran.err()).startsWith("sequitur: ").doesNotContain("Exception", "\tat ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "sync request NAMEx",
        "sync request NAMEx --wait applied",
        "sync status NAMEx",
        "sync confirm NAMEx",
        "sync confirm NAMEx --generation 1",
        "sync-target show NAMEx",
        "sync-target delete NAMEx",
        "sync-target rotate-secret NAMEx",
      })
  void aNameThatIsNearlyOneIsAnsweredWithIt(String command) {
    api.put(target, target("\"active\":false")).expect(201);
    Ran ran = run(command);
    assertThat(ran.exit()).isOne();
    assertThat(ran.err())
        .isEqualTo("sequitur: no sync-target \"%sx\"; did you mean %s?\n".formatted(name, name));
    assertThat(ran.out()).isEmpty();
  }

  @Test
  void whatIsNoGenerationIsConfirmedByNobody() {
    api.put(target, target("\"active\":false")).expect(201);
    assertThat(run("sync confirm NAME --generation 0").err()).contains("/generation: ");
    assertThat(run("sync confirm NAME --generation 99").err()).contains("Nothing is suppressed");
    assertThat(run("sync confirm NAME --generation 99").exit()).isOne();
    assertThat(Api.parse(run("sync request NAME -o json").out()).get("state").textValue())
        .isEqualTo("DIRTY");
  }
}
