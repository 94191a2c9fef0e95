package io.sequitur.api.docs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A Markdown page whose {@code sh} blocks are commands; a {@code text} block after one is what they
 * print. A comment before a block says what readers know: {@code <!-- exit 3 -->} how its last
 * command ends, {@code <!-- terminal receiver -->} that it belongs into a terminal of its own. A
 * {@code text} block behind such a comment alone is what that terminal has printed meanwhile.
 */
final class Page {
  private static final Pattern COMMENT =
      Pattern.compile("<!-- (exit (?<exit>\\d+)|terminal (?<terminal>[a-z]+)) -->");

  private final Path file;
  private final List<String> lines;

  private Page(Path file, List<String> lines) {
    this.file = file;
    this.lines = lines;
  }

  static Page read(String file) {
    Path path = Path.of("..").resolve(file);
    try {
      return new Page(path, new ArrayList<>(Files.readAllLines(path)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  List<Block> blocks() {
    List<Block> blocks = new ArrayList<>();
    String terminal = "";
    int exit = 0;
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i);
      Matcher comment = COMMENT.matcher(line);
      if (comment.matches()) {
        terminal = comment.group("terminal") == null ? terminal : comment.group("terminal");
        exit = comment.group("exit") == null ? exit : Integer.parseInt(comment.group("exit"));
      } else if (line.equals("```sh") || (line.equals("```text") && !terminal.isEmpty())) {
        Block block = block(i, terminal, exit);
        blocks.add(block);
        i = Math.max(block.to(), end(i));
        terminal = "";
        exit = 0;
      } else if (line.startsWith("```")) {
        i = end(i);
      }
    }
    return blocks;
  }

  private Block block(int at, String terminal, int exit) {
    boolean looks = lines.get(at).equals("```text");
    int end = looks ? at : end(at);
    List<String> commands = looks ? List.of() : lines.subList(at + 1, end);
    int output = looks ? at : end + 1;
    while (!looks && output < lines.size() && lines.get(output).isBlank()) {
      output++;
    }
    if (output >= lines.size() || !lines.get(output).equals("```text")) {
      return new Block(at + 2, terminal, exit, commands, List.of(), end, end);
    }
    int last = end(output);
    return new Block(
        at + 2, terminal, exit, commands, lines.subList(output + 1, last), output + 1, last);
  }

  private int end(int fence) {
    for (int i = fence + 1; i < lines.size(); i++) {
      if (lines.get(i).equals("```")) {
        return i;
      }
    }
    throw new AssertionError(file + ": the block of line " + (fence + 1) + " does not end");
  }

  /** Puts what was really printed into the page: from the last block to the first. */
  void replace(Block block, List<String> printed) {
    lines.subList(block.from(), block.to()).clear();
    lines.addAll(block.from(), printed);
  }

  void write() {
    try {
      Files.write(file, lines);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
