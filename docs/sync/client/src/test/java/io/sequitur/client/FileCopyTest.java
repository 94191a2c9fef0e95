package io.sequitur.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.TextNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FileCopyTest {
  @TempDir Path directory;

  @Test
  void neverGoesBackwards() throws IOException {
    FileCopy copy = new FileCopy(file());
    assertThat(copy.apply(set(5))).isEqualTo(set(5));
    assertThat(copy.apply(set(4))).isEqualTo(set(5));
    assertThat(new FileCopy(file()).held()).isEqualTo(set(5));
  }

  @Test
  void ofManyAtOnceTheLatestStays() throws IOException {
    FileCopy copy = new FileCopy(file());
    List<CompletableFuture<Void>> all =
        IntStream.rangeClosed(1, 50)
            .mapToObj(generation -> CompletableFuture.runAsync(() -> apply(copy, generation)))
            .toList();
    all.forEach(CompletableFuture::join);
    assertThat(copy.held()).isEqualTo(set(50));
  }

  @Test
  void aProcessThatEndedWhileItWroteLeavesTheSetBefore() throws IOException {
    assertThat(new FileCopy(file()).apply(set(5))).isEqualTo(set(5));
    Files.writeString(directory.resolve("copy.json.new"), "{\"generation\":6,\"ha");
    assertThat(new FileCopy(file()).held()).isEqualTo(set(5));
    assertThat(new FileCopy(file()).apply(set(7))).isEqualTo(set(7));
    assertThat(new FileCopy(file()).held()).isEqualTo(set(7));
  }

  private static void apply(FileCopy copy, long generation) {
    try {
      assertThat(copy.apply(set(generation)).generation()).isGreaterThanOrEqualTo(generation);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private Path file() {
    return directory.resolve("copy.json");
  }

  private static TriggerSet set(long generation) {
    return new TriggerSet(
        generation, "h" + generation, List.of(TextNode.valueOf("item " + generation)));
  }
}
