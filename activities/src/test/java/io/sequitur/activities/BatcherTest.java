package io.sequitur.activities;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class BatcherTest {
  private final List<List<Integer>> groups = new CopyOnWriteArrayList<>();
  private final Semaphore begun = new Semaphore(0);
  private final Semaphore allowed = new Semaphore(0);
  private final Batcher<Integer, String> batcher = new Batcher<>("test", 3, this::work);

  private List<String> work(List<Integer> group) {
    groups.add(group);
    begun.release();
    allowed.acquireUninterruptibly();
    if (group.contains(13)) {
      throw new IllegalArgumentException("thirteen");
    }
    return group.stream().map(item -> "<" + item + ">").toList();
  }

  private static void await(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @AfterEach
  void close() {
    allowed.release(100);
    batcher.close();
  }

  @Test
  void whatComesWhileAGroupIsUnderWaySharesTheNextOne() {
    CompletableFuture<String> first = batcher.submit(1);
    begun.acquireUninterruptibly();
    List<CompletableFuture<String>> rest =
        List.of(2, 3, 4, 5).stream().map(batcher::submit).toList();
    allowed.release(3);
    assertThat(first.join()).isEqualTo("<1>");
    assertThat(rest)
        .extracting(CompletableFuture::join)
        .containsExactly("<2>", "<3>", "<4>", "<5>");
    assertThat(groups).containsExactly(List.of(1), List.of(2, 3, 4), List.of(5));
  }

  @Test
  void aFailureReachesEveryoneOfItsGroupAndNobodyElse() {
    CompletableFuture<String> first = batcher.submit(1);
    begun.acquireUninterruptibly();
    CompletableFuture<String> unlucky = batcher.submit(13);
    CompletableFuture<String> neighbour = batcher.submit(14);
    allowed.release(2);
    assertThat(first.join()).isEqualTo("<1>");
    assertThatThrownBy(unlucky::join).hasRootCauseMessage("thirteen");
    assertThatThrownBy(neighbour::join).hasRootCauseMessage("thirteen");
    allowed.release();
    assertThat(batcher.call(15)).isEqualTo("<15>");
  }

  @Test
  void afterAGroupOfSeveralTheNextOneWaitsForMoreAndAfterASingleItemItDoesNot() {
    Queue<Runnable> meanwhile = new ConcurrentLinkedQueue<>();
    AtomicInteger waits = new AtomicInteger();
    Batcher.Linger linger =
        company -> {
          if (company) {
            waits.incrementAndGet();
            meanwhile.remove().run();
          }
        };
    try (Batcher<Integer, String> patient = new Batcher<>("patient", 3, this::work, linger)) {
      CompletableFuture<String> alone = patient.submit(1);
      begun.acquireUninterruptibly();
      CompletableFuture<String> two = patient.submit(2);
      CompletableFuture<String> three = patient.submit(3);
      allowed.release(10);
      CompletableFuture.allOf(alone, two, three).join();
      assertThat(waits).hasValue(0);

      CompletableFuture<String> five = new CompletableFuture<>();
      meanwhile.add(() -> {
        CompletableFuture<Void> unused = patient.submit(5).thenAccept(five::complete);
      });
      assertThat(patient.call(4)).isEqualTo("<4>");
      assertThat(five).succeedsWithin(Duration.ofSeconds(10)).isEqualTo("<5>");
      meanwhile.add(() -> {});
      assertThat(patient.call(6)).isEqualTo("<6>");
      assertThat(patient.call(7)).isEqualTo("<7>");
      assertThat(waits).hasValue(2);
      assertThat(groups)
          .containsExactly(List.of(1), List.of(2, 3), List.of(4, 5), List.of(6), List.of(7));
    }
  }

  @Test
  void whoeverComesWhileItClosesIsAnsweredToo() {
    Queue<CompletableFuture<String>> answers = new ConcurrentLinkedQueue<>();
    allowed.release(1_000);
    Thread publisher =
        Thread.ofVirtual()
            .start(() -> {
              for (int i = 100; i < 300; i++) {
                answers.add(batcher.submit(i));
              }
            });
    begun.acquireUninterruptibly();
    batcher.close();
    await(publisher);
    assertThat(answers)
        .hasSize(200)
        .allSatisfy(answer ->
            assertThat(answer.handle((value, failure) -> "told"))
                .succeedsWithin(Duration.ofSeconds(10)));
  }

  @Test
  void callThrowsWhatTheWorkThrew() {
    allowed.release();
    assertThatThrownBy(() -> batcher.call(13))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("thirteen");
  }

  @Test
  void whoWaitsWhenItClosesOrComesLaterIsTold() {
    CompletableFuture<String> underWay = batcher.submit(1);
    begun.acquireUninterruptibly();
    CompletableFuture<String> waiting = batcher.submit(2);
    batcher.close();
    assertThatThrownBy(waiting::join).isInstanceOf(CancellationException.class);
    assertThatThrownBy(() -> batcher.call(3)).isInstanceOf(CancellationException.class);
    allowed.release();
    assertThat(underWay.join()).isEqualTo("<1>");
  }

  @Test
  void aGroupThatIsFullDoesNotLinger() {
    AtomicInteger waits = new AtomicInteger();
    try (Batcher<Integer, String> full =
        new Batcher<>("full", 3, this::work, company -> waits.addAndGet(company ? 1 : 0))) {
      CompletableFuture<String> first = full.submit(1);
      begun.acquireUninterruptibly();
      List<CompletableFuture<String>> rest = Stream.of(2, 3, 4, 5, 6, 7).map(full::submit).toList();
      allowed.release(3);
      assertThat(first.join()).isEqualTo("<1>");
      assertThat(rest).hasSize(6).allSatisfy(answer -> assertThat(answer.join()).isNotNull());
      assertThat(groups).containsExactly(List.of(1), List.of(2, 3, 4), List.of(5, 6, 7));
      assertThat(waits).hasValue(0);
    }
  }
}
