package io.sequitur.bench;

import java.io.File;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;

/** The command line that starts this very program again: same Java, same flags, same code. */
final class JavaCommand {
  private JavaCommand() {}

  static List<String> ofThisProcess() {
    List<String> command = new ArrayList<>();
    command.add(
        ProcessHandle.current()
            .info()
            .command()
            .orElse(System.getProperty("java.home") + File.separator + "bin/java"));
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(JavaCommand::isForTheChildToo)
        .forEach(command::add);
    String classPath = System.getProperty("java.class.path", "");
    // "the main class or jar, then the arguments"; the jar's path may hold blanks, a class name
    // cannot.
    String started = System.getProperty("sun.java.command", "");
    if (started.equals(classPath) || started.startsWith(classPath + " ")) {
      command.addAll(List.of("-jar", classPath));
    } else {
      command.addAll(List.of("-cp", classPath, started.split(" ", 2)[0]));
    }
    return command;
  }

  /** A debugger's or a JMX port can be had only once. */
  private static boolean isForTheChildToo(String flag) {
    return !flag.startsWith("-agentlib:jdwp")
        && !flag.startsWith("-Xrunjdwp")
        && !flag.startsWith("-javaagent:")
        && !flag.startsWith("-Dcom.sun.management.jmxremote");
  }
}
