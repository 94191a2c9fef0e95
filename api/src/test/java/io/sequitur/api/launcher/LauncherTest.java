package io.sequitur.api.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs the real script in a tree of its own, with JDKs and a Maven that are scripts too. */
class LauncherTest {
  /**
   * All that the script may call; what is not linked here is not installed, as far as the script
   * can see.
   */
  private static final List<String> TOOLS =
      List.of(
          "sh",
          "dirname",
          "readlink",
          "find",
          "head",
          "mkdir",
          "rmdir",
          "rm",
          "cat",
          "touch",
          "sleep",
          "stty");

  private record Result(int exit, String out, String err) {}

  @TempDir private Path temp;

  private Path root;
  private Path bin;
  private Path jvms;
  private Path jar;
  private final Map<String, String> environment = new HashMap<>();

  @BeforeEach
  void plantTree() throws IOException {
    root = Files.createDirectories(temp.resolve("a tree"));
    bin = Files.createDirectories(temp.resolve("bin"));
    jvms = Files.createDirectories(temp.resolve("jvms"));
    jar = root.resolve("api/target/sequitur.jar");
    for (String tool : TOOLS) {
      script(bin.resolve(tool), "exec " + which(tool) + " \"$@\"");
    }
    Files.copy(Path.of("..").resolve("sequitur"), root.resolve("sequitur"));
    Files.writeString(root.resolve("pom.xml"), "<project/>");
    Files.createDirectories(root.resolve("api/src/main/java"));
    environment.put("PATH", bin.toString());
    environment.put("HOME", Files.createDirectories(temp.resolve("home")).toString());
    environment.put("SEQUITUR_JDK_DIRS", temp.resolve("none") + ":" + jvms);
  }

  @Test
  void takesTheNewestOfADirectoryThoughThePathHas17() throws Exception {
    Path old = jdk(temp.resolve("old"), "17.0.15");
    Files.createSymbolicLink(bin.resolve("java"), old.resolve("bin/java"));
    jdk(jvms.resolve("jdk-21"), "21.0.2");
    jdk(jvms.resolve("jdk-25"), "25.0.3");
    jdk(jvms.resolve("jdk-9"), "9");
    jdk(jvms.resolve("jdk-8"), "1.8.0_392");
    placeJar();

    Result result = launch(root.resolve("sequitur"), "webhook", "list", "two words");

    assertThat(result.exit()).isZero();
    assertThat(result.out())
        .startsWith("java 25.0.3\n")
        .contains("[-jar]\n[" + jar + "]\n[webhook]\n[list]\n[two words]\n");
    assertThat(result.err()).isEmpty();
  }

  @Test
  void theVariablesAndThePathComeBeforeTheDirectories() throws Exception {
    placeJar();
    jdk(jvms.resolve("jdk-25"), "25");
    Path onPath = jdk(temp.resolve("22"), "22.0.1");
    Files.createSymbolicLink(bin.resolve("java"), onPath.resolve("bin/java"));
    assertThat(launch(root.resolve("sequitur")).out()).startsWith("java 22.0.1\n");

    environment.put("JAVA_HOME", jdk(temp.resolve("23"), "23").toString());
    assertThat(launch(root.resolve("sequitur")).out()).startsWith("java 23\n");

    environment.put("SEQUITUR_JAVA_HOME", jdk(temp.resolve("21"), "21.0.2").toString());
    assertThat(launch(root.resolve("sequitur")).out()).startsWith("java 21.0.2\n");
  }

  @Test
  void withoutAJdkOneLineSaysWhatIsNeeded() throws Exception {
    jdk(jvms.resolve("jdk-17"), "17.0.15");
    placeJar();

    Result result = launch(root.resolve("sequitur"), "--help");

    assertThat(result.exit()).isEqualTo(69);
    assertThat(result.out()).isEmpty();
    assertThat(result.err().lines()).hasSize(1);
    assertThat(result.err())
        .startsWith("sequitur: needs a JDK 21 or newer")
        .contains("17 in", "SEQUITUR_JAVA_HOME");
  }

  @Test
  void aSymbolicLinkToItWorksFromAnywhere() throws Exception {
    jdk(jvms.resolve("jdk-25"), "25");
    placeJar();
    Path first = Files.createSymbolicLink(root.resolve("first"), Path.of("sequitur"));
    Path second = Files.createSymbolicLink(temp.resolve("home/second"), first);

    assertThat(launch(second, "dev").out()).contains("[" + jar + "]\n[dev]\n");
  }

  @Test
  void clientCommandsStartFasterAndServersRunFaster() throws Exception {
    jdk(jvms.resolve("jdk-25"), "25");
    placeJar();
    environment.put("JAVA_OPTS", "-Xmx1g -Dx=y");

    assertThat(launch(root.resolve("sequitur"), "webhook", "show", "dev").out())
        .contains(
            "[-XX:TieredStopAtLevel=1]", "[-Xmx1g]\n[-Dx=y]\n", "[-XX:+ExitOnOutOfMemoryError]");
    assertThat(launch(root.resolve("sequitur"), "--debug", "dev").out())
        .doesNotContain("TieredStopAtLevel");
  }

  @Test
  void theJarIsBuiltOnFirstUseAndWhenASourceIsNewer() throws Exception {
    jdk(jvms.resolve("jdk-25"), "25");
    maven(
        "mkdir -p api/target && echo '[INFO] Building Sequitur api [6/6]' && echo '[INFO] noise' && : >"
            + quoted(jar));

    Result first = launch(root.resolve("sequitur"));
    assertThat(first.exit()).isZero();
    assertThat(first.out()).startsWith("java 25\n");
    assertThat(first.err().lines())
        .containsExactly(
            "sequitur: building " + jar + " (once, and again when a source changes)",
            "  Sequitur api [6/6]");
    assertThat(launch(root.resolve("sequitur")).err()).isEmpty();

    Path source = Files.writeString(root.resolve("api/src/main/java/A.java"), "class A {}");
    Files.setLastModifiedTime(source, FileTime.from(Instant.now().plusSeconds(60)));
    assertThat(launch(root.resolve("sequitur")).err()).contains("building");
  }

  @Test
  void aFailedBuildLeavesNoJarAndNoLock() throws Exception {
    jdk(jvms.resolve("jdk-25"), "25");
    maven("mkdir -p api/target && : >" + quoted(jar) + "; echo '[ERROR] broken'; exit 7");

    Result result = launch(root.resolve("sequitur"));

    assertThat(result.exit()).isEqualTo(7);
    assertThat(result.err())
        .contains("[ERROR] broken")
        .endsWith("sequitur: the build failed; Maven's reason stands above\n");
    assertThat(jar).doesNotExist();
    assertThat(root.resolve("target")).isEmptyDirectory();
  }

  @Test
  void withoutMavenOneLineSaysWhatIsNeeded() throws Exception {
    jdk(jvms.resolve("jdk-25"), "25");

    Result result = launch(root.resolve("sequitur"));

    assertThat(result.exit()).isEqualTo(69);
    assertThat(result.err().lines()).hasSize(1);
    assertThat(result.err()).startsWith("sequitur: needs Maven (mvn)");
  }

  @Test
  void twoFirstUsesBuildOnce() throws Exception {
    jdk(jvms.resolve("jdk-25"), "25");
    Path log = temp.resolve("builds");
    maven("echo build >>" + quoted(log) + "; sleep 2; mkdir -p api/target && : >" + quoted(jar));

    Process one = start(root.resolve("sequitur"));
    Process two = start(root.resolve("sequitur"));

    assertThat(finish(one).exit()).isZero();
    assertThat(finish(two).exit()).isZero();
    assertThat(log).hasContent("build");
  }

  @Test
  void theLockOfADeadBuildDoesNotHoldForever() throws Exception {
    jdk(jvms.resolve("jdk-25"), "25");
    maven("mkdir -p api/target && : >" + quoted(jar));
    Process dead = new ProcessBuilder("true").start();
    dead.waitFor();
    Path lock = Files.createDirectories(root.resolve("target/sequitur-build.lock"));
    Files.writeString(lock.resolve("pid"), dead.pid() + "\n");

    assertThat(launch(root.resolve("sequitur")).exit()).isZero();
    assertThat(lock).doesNotExist();
  }

  private void placeJar() throws IOException {
    Files.createDirectories(jar.getParent());
    Files.writeString(jar, "");
    Files.setLastModifiedTime(jar, FileTime.from(Instant.now().plusSeconds(10)));
  }

  private Path jdk(Path home, String version) throws IOException {
    Files.createDirectories(home.resolve("bin"));
    Files.writeString(
        home.resolve("release"),
        "IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"" + version + "\"\nOS_NAME=\"x\"\n");
    script(home.resolve("bin/java"), "echo java " + version + "; printf '[%s]\\n' \"$@\"");
    return home;
  }

  private void maven(String commands) throws IOException {
    script(bin.resolve("mvn"), commands);
  }

  private static void script(Path file, String commands) throws IOException {
    Files.writeString(file, "#!/bin/sh\n" + commands + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private static String quoted(Path path) {
    return "'" + path + "'";
  }

  private static Path which(String tool) {
    return List.of(Path.of("/bin", tool), Path.of("/usr/bin", tool)).stream()
        .filter(Files::isExecutable)
        .findFirst()
        .orElseThrow(() -> new AssertionError("this machine has no " + tool));
  }

  private Result launch(Path script, String... args) throws Exception {
    return finish(start(script, args));
  }

  private Process start(Path script, String... args) throws IOException {
    List<String> command = new ArrayList<>(List.of("/bin/sh", script.toString()));
    command.addAll(List.of(args));
    ProcessBuilder builder = new ProcessBuilder(command).directory(temp.resolve("home").toFile());
    builder.environment().clear();
    builder.environment().putAll(environment);
    return builder.start();
  }

  // The outputs are short enough for the pipe, so that reading after the end does not block the
  // process.
  private static Result finish(Process process) throws Exception {
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return new Result(
        process.exitValue(),
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8),
        new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8));
  }
}
