package io.sequitur.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.TextNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FollowerTest {
  @TempDir Path directory;

  private final ScriptedApi api = new ScriptedApi();
  private Path file = Path.of("");
  private Copy copy = new FileCopy(file);

  @BeforeEach
  void open() {
    file = directory.resolve("copy.json");
    copy = new FileCopy(file);
  }

  @Test
  void whatWasPulledIsHeldAndThenAcknowledgedWithTheNoticesId() throws Exception {
    api.has(set(3, "c"));
    answer("n1", 2);
    assertThat(new FileCopy(file).held()).isEqualTo(set(3, "c"));
    assertThat(api.acknowledged).containsExactly(new Acknowledgement(3, "c", "n1", null));
  }

  @Test
  void aPushedSetIsTakenWithoutAPull() throws Exception {
    new Follower(api, copy).answer(new Notice("n1", 4, set(4, "d")));
    assertThat(api.asked).isEmpty();
    assertThat(copy.held()).isEqualTo(set(4, "d"));
    assertThat(api.acknowledged).containsExactly(new Acknowledgement(4, "d", "n1", null));
  }

  // Two pulls, and the older one applied last.
  @Test
  void aPullThatWasOvertakenChangesNothingAndWhatIsHeldIsAcknowledged() throws Exception {
    api.has(set(3, "c"));
    api.meanwhile(() -> apply(set(5, "e")));
    answer("n1", 3);
    assertThat(copy.held()).isEqualTo(set(5, "e"));
    assertThat(api.acknowledged).containsExactly(new Acknowledgement(5, "e", "n1", null));
  }

  @Test
  void theSameSetUnderALaterNumberIsHeldUnderIt() throws Exception {
    apply(set(3, "c"));
    api.has(set(7, "c"));
    answer("n1", 7);
    assertThat(api.asked).containsExactly("c");
    assertThat(copy.held()).isEqualTo(set(7, "c"));
    assertThat(api.acknowledged).containsExactly(new Acknowledgement(7, "c", "n1", null));
  }

  @Test
  void dataThatIsLostWhileItIsToldThatNothingChangedIsThereAgain() throws Exception {
    apply(set(3, "c"));
    api.has(set(7, "c"));
    api.meanwhile(this::lose);
    answer("n1", 7);
    assertThat(copy.held()).isEqualTo(set(7, "c"));
  }

  @Test
  void nothingIsAcknowledgedThatCouldNotBeWritten() throws IOException {
    api.has(set(3, "c"));
    Files.createDirectory(directory.resolve("copy.json.new"));
    assertThatThrownBy(() -> answer("n1", 3)).isInstanceOf(IOException.class);
    assertThat(api.acknowledged).isEmpty();
    assertThat(copy.held()).isEqualTo(TriggerSet.NONE);
  }

  @Test
  void endedBetweenApplyAndAcknowledgementItAcknowledgesAfterTheStart() throws Exception {
    api.has(set(3, "c"));
    api.meanwhile(() -> api.away(true));
    assertThatThrownBy(() -> answer("n1", 3)).isInstanceOf(IOException.class);
    apply(set(3, "c"));
    api.away(false);
    new Follower(api, new FileCopy(file)).catchUp();
    assertThat(api.acknowledged).containsExactly(new Acknowledgement(3, "c", null, null));
  }

  @Test
  void aSetThatIsRefusedIsNotHeldAndTheReasonIsTold() throws Exception {
    apply(set(3, "c"));
    api.has(set(4, "d"));
    Copy choosy =
        new Copy() {
          @Override
          public TriggerSet held() throws IOException {
            return copy.held();
          }

          @Override
          public TriggerSet apply(TriggerSet set) throws RejectedException {
            throw new RejectedException("no such queue");
          }
        };
    new Follower(api, choosy).answer(new Notice("n1", 4, null));
    assertThat(copy.held()).isEqualTo(set(3, "c"));
    assertThat(api.acknowledged)
        .containsExactly(new Acknowledgement(4, "d", "n1", "no such queue"));
  }

  private void answer(String id, long generation) throws IOException, InterruptedException {
    new Follower(api, copy).answer(new Notice(id, generation, null));
  }

  private void apply(TriggerSet set) {
    try {
      assertThat(new FileCopy(file).apply(set)).isEqualTo(set);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void lose() {
    try {
      Files.delete(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static TriggerSet set(long generation, String hash) {
    return new TriggerSet(generation, hash, List.of(TextNode.valueOf(hash)));
  }
}
