package io.sequitur.workflows.event;

import static io.sequitur.workflows.event.Reading.READER;
import static io.sequitur.workflows.event.Reading.event;
import static io.sequitur.workflows.event.Reading.utf8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.sequitur.workflows.event.InvalidEvent.Kind;
import io.sequitur.workflows.json.Problem;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

final class BatchTest {
  @Test
  void eventsComeInOrderWithTheirOwnData() {
    List<IncomingEvent> events =
        batch("[ " + event("\"data\": [1.0]") + " ,\n" + event("\"data\":\"é\" ") + "]");
    assertThat(events)
        .extracting(IncomingEvent::body)
        .containsExactly(event("\"data\":[1.0]"), event("\"data\":\"é\""));
  }

  @Test
  void emptyBatchIsABatch() {
    assertThat(batch("[]")).isEmpty();
  }

  @Test
  void oneWrongEventRefusesAllAndEveryPlaceIsNamed() {
    InvalidEvent refusal =
        refusal(
            "["
                + event("")
                + ",{},7,"
                + event("").replace("\"type\":\"t\"", "\"type\":\"\"")
                + ","
                + event("").replace("\"t\"", "\"sequitur.x\"")
                + "]");
    assertThat(refusal.kind()).isEqualTo(Kind.MALFORMED);
    assertThat(refusal.problems())
        .extracting(Problem::pointer)
        .containsExactly(
            "/1/specversion", "/1/id", "/1/source", "/1/type", "/2", "/3/type", "/4/type");
  }

  @Test
  void batchIsStrictAboutIds() {
    assertThat(refusal("[{\"specversion\":\"1.0\",\"type\":\"t\",\"source\":\"/s\"}]").problems())
        .extracting(Problem::pointer)
        .containsExactly("/0/id");
  }

  @Test
  void thousandEventsAreTakenAndNotOneMore() {
    assertThat(batch("[" + String.join(",", Collections.nCopies(1000, event(""))) + "]"))
        .hasSize(1000);
    assertThat(refusal("[" + String.join(",", Collections.nCopies(1001, event(""))) + "]").kind())
        .isEqualTo(Kind.TOO_LARGE);
  }

  @Test
  void eachEventHasItsOwnSizeLimit() {
    String large = event("\"data\":\"" + "x".repeat(200_000) + "\"");
    assertThat(batch("[" + large + "," + large + "]")).hasSize(2);
    InvalidEvent refusal =
        refusal("[" + large + "," + event("\"data\":\"" + "x".repeat(256 * 1024) + "\"") + "]");
    assertThat(refusal.kind()).isEqualTo(Kind.TOO_LARGE);
    assertThat(refusal.problems()).extracting(Problem::pointer).containsExactly("/1");
  }

  @Test
  void depthIsCountedFromTheEvent() {
    String deep = event("\"data\":" + "[".repeat(63) + "]".repeat(63));
    assertThat(batch("[" + deep + "]")).hasSize(1);
    assertThat(refusal("[" + deep.replace("[]", "[[]]") + "]").kind()).isEqualTo(Kind.MALFORMED);
  }

  @Test
  void singleEventIsNoBatch() {
    assertThat(refusal(event("")).problems().getFirst().detail()).contains("list");
  }

  @Test
  void answerToAHopelessBatchStaysSmall() {
    assertThat(refusal("[" + String.join(",", Collections.nCopies(900, "{}")) + "]").problems())
        .hasSize(100);
  }

  private static List<IncomingEvent> batch(String json) {
    return READER.batch(utf8(json));
  }

  private static InvalidEvent refusal(String json) {
    return catchThrowableOfType(InvalidEvent.class, () -> batch(json));
  }
}
