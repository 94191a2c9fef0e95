package io.sequitur.api.e2e;

import io.sequitur.api.docs.Reader;
import io.sequitur.api.testing.FakeReceiver;
import io.sequitur.api.testing.SequiturProcess;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whoever types what a page says gets what the page shows. */
final class DocsTest extends EndToEnd {
  @TempDir private Path directory;

  DocsTest(SequiturProcess sequitur, FakeReceiver receiver) {
    super(sequitur, receiver);
  }

  @ParameterizedTest
  @ValueSource(strings = {"README.md", "docs/catalogue.md"})
  void pageShowsWhatItsReadersSee(String page) {
    try (Reader reader = new Reader(page, directory, sequitur)) {
      reader.followThePage();
    }
  }
}
