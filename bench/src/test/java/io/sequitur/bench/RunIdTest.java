package io.sequitur.bench;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

final class RunIdTest {
  private final RunId run = RunId.random(new Random(1));

  @Test
  void findsItsEventHoweverTheJsonIsLaidOut() {
    byte[] body =
        ("  { \"data\" : {}, \"id\" : \"" + run.eventId(7, 123_456) + "\" }").getBytes(UTF_8);

    assertThat(run.find(body, 0, body.length)).isEqualTo(new RunId.Found(7, 123_456));
  }

  @Test
  void looksOnlyWhereTheBodyIs() {
    byte[] body = run.eventId(1, 1).getBytes(UTF_8);

    assertThat(run.find(body, 1, body.length - 1)).isNull();
    assertThat(run.find(body, 0, body.length - 1)).isNull();
  }

  @Test
  void otherRunsAreStrangers() {
    byte[] body = RunId.random(new Random(2)).eventId(1, 1).getBytes(UTF_8);

    assertThat(run.find(body, 0, body.length)).isNull();
  }
}
