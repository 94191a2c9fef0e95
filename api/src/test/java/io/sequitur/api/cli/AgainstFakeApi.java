package io.sequitur.api.cli;

import io.sequitur.api.testing.FakeApi;
import io.sequitur.api.testing.TestTerminal;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** Commands at a terminal that knows a server, which answers as the test says. */
abstract class AgainstFakeApi {
  protected FakeApi api;
  protected TestTerminal terminal;

  @BeforeEach
  void start() throws IOException {
    api = new FakeApi();
    terminal = new TestTerminal().with("SEQUITUR_URL", api.url());
  }

  @AfterEach
  void stop() {
    api.close();
  }
}
