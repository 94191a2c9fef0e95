package io.sequitur.api.reference;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** The examples of the document as a story: things are made, looked at, used, and deleted. */
public final class Examples {
  private Examples() {}

  /** In the order in which they can be carried out on an empty catalogue. */
  public static List<Example> inOrder() {
    List<Example> all = Words.read().examples();
    List<Example> story = new ArrayList<>();
    all.stream().filter(one -> !one.method().equals("DELETE")).forEach(story::add);
    all.stream()
        .filter(one -> one.method().equals("DELETE") && one.status() != 204)
        .forEach(story::add);
    List<Example> last =
        new ArrayList<>(
            all.stream()
                .filter(one -> one.method().equals("DELETE") && one.status() == 204)
                .toList());
    // What refers to others goes before them.
    Collections.reverse(last);
    story.addAll(last);
    return story;
  }
}
