package io.sequitur.bench;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * What Linux tells about processes under {@code /proc} (proc_pid_stat(5), proc_pid_net(5)). A
 * process that is gone, or that may not be looked at, is absent from every answer; so are all
 * elsewhere.
 */
final class Processes {
  private static final String LISTENING = "0A";

  private final Path proc;

  Processes(Path proc) {
    this.proc = proc;
  }

  Optional<ProcessStat> stat(long pid) {
    try {
      return ProcessStat.parse(Files.readString(proc.resolve(pid + "/stat")));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  List<ProcessStat> childrenOf(long pid) {
    try (Stream<Path> entries = Files.list(proc)) {
      return entries
          .flatMap(entry -> pid(entry).stream().boxed())
          .flatMap(child -> stat(child).stream())
          .filter(stat -> stat.parent() == pid)
          .toList();
    } catch (IOException e) {
      return List.of();
    }
  }

  /** The process that listens on a TCP port of this machine. */
  OptionalLong listener(int port) {
    List<String> sockets =
        Stream.of("net/tcp", "net/tcp6").flatMap(file -> socketsListening(file, port)).toList();
    if (sockets.isEmpty()) {
      return OptionalLong.empty();
    }
    try (Stream<Path> entries = Files.list(proc)) {
      return entries
          .filter(entry -> pid(entry).isPresent() && holdsAny(entry.resolve("fd"), sockets))
          .mapToLong(entry -> pid(entry).getAsLong())
          .min();
    } catch (IOException e) {
      return OptionalLong.empty();
    }
  }

  private Stream<String> socketsListening(String file, int port) {
    String suffix = ":%04X".formatted(port);
    try {
      return Files.readAllLines(proc.resolve(file)).stream()
          .map(line -> line.trim().split("\\s+"))
          .filter(field -> field.length > 9 && field[1].endsWith(suffix))
          .filter(field -> field[3].equals(LISTENING))
          .map(field -> "socket:[" + field[9] + "]");
    } catch (IOException e) {
      return Stream.empty();
    }
  }

  private static boolean holdsAny(Path descriptors, List<String> sockets) {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(descriptors)) {
      for (Path file : files) {
        if (Files.isSymbolicLink(file) && sockets.contains(target(file))) {
          return true;
        }
      }
    } catch (IOException e) {
      // Another user's process, or one that has just ended.
      return false;
    }
    return false;
  }

  private static String target(Path link) {
    try {
      return Files.readSymbolicLink(link).toString();
    } catch (IOException e) {
      // Closed since the directory was read.
      return "";
    }
  }

  private static OptionalLong pid(Path entry) {
    String name = entry.getFileName().toString();
    boolean isNumber = !name.isEmpty() && name.chars().allMatch(Character::isDigit);
    return isNumber ? OptionalLong.of(Long.parseLong(name)) : OptionalLong.empty();
  }
}
