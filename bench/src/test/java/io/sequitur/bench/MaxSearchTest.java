package io.sequitur.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class MaxSearchTest {
  @Test
  void doublesThenHalvesTheGap() {
    assertThat(tried(500, 100_000, 2600))
        .containsExactly(500, 1000, 2000, 4000, 3000, 2500, 2750, 2625);
  }

  @Test
  void goesDownWhenTheFirstDoesNotHold() {
    assertThat(tried(800, 100_000, 100)).startsWith(800, 400, 200, 100, 150).hasSizeLessThan(9);
  }

  @Test
  void stopsAtTheLimit() {
    assertThat(tried(500, 1500, 9999)).containsExactly(500, 1000, 1500);
  }

  @Test
  void stopsAfterEightTriesWhenNothingHolds() {
    assertThat(tried(1000, 100_000, 0)).hasSize(8);
  }

  @Test
  void stopsAtOneWhenNothingHolds() {
    assertThat(tried(4, 100_000, 0)).containsExactly(4, 2, 1);
  }

  private static List<Integer> tried(int first, int limit, int holdsUpTo) {
    MaxSearch search = new MaxSearch(first, limit);
    List<Integer> tried = new ArrayList<>();
    while (search.hasNext()) {
      int rate = search.next();
      tried.add(rate);
      search.record(rate <= holdsUpTo);
    }
    return tried;
  }
}
