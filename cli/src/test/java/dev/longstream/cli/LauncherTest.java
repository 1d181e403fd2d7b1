package dev.longstream.cli;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/** The launcher script, with a Java that only says how it was called. */
class LauncherTest {
    @TempDir
    Path folder;

    private final Map<String, String> environment = new HashMap<>(Map.of("LD_PRELOAD", ""));

    @Test
    void shouldPassArgumentsOnAsTheyAre() throws Exception {
        assertThat(launch(17, "train", "--why", "two words", "a*b", "").output())
                .endsWith("[dev.longstream.cli.Longstream]\n[train]\n[--why]\n[two words]\n[a*b]\n[]\n");
    }

    @Test
    void shouldGiveEachJavaTheOptionsItKnows() throws Exception {
        String old = launch(17, "status").output();
        String current = launch(25, "status").output();

        assertThat(old)
                .contains("[-Dorg.apache.avro.SERIALIZABLE_PACKAGES=dev.longstream.record]", "[-Xmx2g]")
                .doesNotContain("native-access", "sun-misc-unsafe");
        assertThat(current).contains("[--enable-native-access=ALL-UNNAMED]", "[--sun-misc-unsafe-memory-access=allow]");
    }

    @Test
    void shouldCompileLessForACommandThatEndsWithinSeconds() throws Exception {
        String quick = launch(17, "lineage", "--step", "40").output();
        String scored = launch(17, "replay", "quickstart", "--as", "strict", "--until", "scored")
                .output();
        String replay = launch(17, "replay", "quickstart", "--as", "strict").output();
        String train = launch(17, "train").output();

        assertThat(quick).contains("[-XX:TieredStopAtLevel=1]");
        assertThat(scored).contains("[-XX:TieredStopAtLevel=1]");
        assertThat(replay).doesNotContain("TieredStopAtLevel");
        assertThat(train).doesNotContain("TieredStopAtLevel");
    }

    @Test
    void shouldEndAJavaWithoutMemoryAsLinuxWouldAndSayWhy() throws Exception {
        String options = launch(17, "status").output();

        assertThat(options)
                .contains("[-XX:OnOutOfMemoryError=echo 'error: Java has no memory left")
                .contains("kill -9 %p]");
        assertThat(options).doesNotContain("ExitOnOutOfMemoryError"); // its code is 3, which is another thing here
    }

    /** The kernel drops a SIGKILL that the first process of a PID namespace, as in a container, sends to itself. */
    @Test
    void shouldEndWhenJavaKillsItselfInAContainer() throws Exception {
        // Given
        List<String> container = List.of("unshare", "--map-root-user", "--fork", "--pid", "--mount-proc");
        assumeTrue(works(container), "this system lets a user make no PID namespace");
        environment.put("LONGSTREAM_CLASSPATH", "somewhere");
        environment.put("JAVA_ENDS", "kill -9 $$");
        // When
        Launched launched = launchOf(container, Path.of("../longstream"), 17, "status");
        // Then
        assertThat(launched.output()).contains("[status]");
        assertThat(launched.exit()).isEqualTo(137);
    }

    private static boolean works(List<String> container) throws InterruptedException {
        List<String> command = new ArrayList<>(container);
        command.add("true");
        try {
            return new ProcessBuilder(command).redirectErrorStream(true).start().waitFor() == 0;
        } catch (IOException e) { // there is no such program
            return false;
        }
    }

    @Test
    void shouldRefuseAnOldJavaWithCodeTwo() throws Exception {
        Launched launched = launch(11, "status");

        assertThat(launched.exit()).isEqualTo(2);
        assertThat(launched.output()).contains("Java 11", "17 or newer");
    }

    @Test
    void shouldAllocateWithTheLibraryThatWasNamed() throws Exception {
        Path library = Files.writeString(folder.resolve("liballocator.so"), "");
        environment.put("LONGSTREAM_ALLOCATOR", library.toString());
        assertThat(launch(17, "status").output()).contains("preload=" + library + "\n");
        environment.put("LONGSTREAM_ALLOCATOR", "system");
        assertThat(launch(17, "status").output()).contains("preload=\n");
        environment.put("LONGSTREAM_ALLOCATOR", "nowhere.so");
        Launched launched = launch(17, "status");
        assertThat(launched.exit()).isEqualTo(2);
        assertThat(launched.output())
                .contains("LONGSTREAM_ALLOCATOR is 'nowhere.so', expected 'system' or a file")
                .doesNotContain("[status]");
    }

    @Test
    void shouldGiveJavaAUtf8LocaleWhenTheLocaleHasAnotherEncoding() throws Exception {
        // Given
        environment.put("LC_ALL", "C");
        // When
        String ascii = launch(17, "status").output();
        environment.put("JAVA_ENCODING", "UTF-8");
        String utf8 = launch(17, "status").output();
        // Then
        assertThat(ascii).containsPattern("locale=\\S+\\.(utf8|UTF-8)\n");
        assertThat(utf8).contains("locale=C\n");
    }

    @Test
    void shouldTellHowTrainingGetsFasterWhenNoAllocatorIsInstalled() throws Exception {
        // Given
        Path programs = Files.createDirectories(folder.resolve("programs"));
        Path ldconfig = Files.writeString(programs.resolve("ldconfig"), "#!/usr/bin/env bash\n");
        assertThat(ldconfig.toFile().setExecutable(true)).isTrue();
        environment.put("PATH", programs + ":" + System.getenv("PATH"));
        // When
        String train = launch(17, "train").output();
        String status = launch(17, "status").output();
        environment.put("LONGSTREAM_ALLOCATOR", "system");
        String silenced = launch(17, "train").output();
        // Then
        assertThat(train).contains("apt-get install libjemalloc2").contains("[train]");
        assertThat(status).doesNotContain("jemalloc");
        assertThat(silenced).doesNotContain("jemalloc");
    }

    @Test
    void shouldRunTheJarsBesideItWhenItWasUnpackedFromAnArchive() throws Exception {
        // Given
        Path home = Files.createDirectories(folder.resolve("longstream-1.0"));
        Files.createDirectories(home.resolve("lib"));
        Path launcher = Files.copy(Path.of("../longstream"), home.resolve("longstream"));
        // When
        String output = launchOf(launcher, 17, "status").output();
        // Then
        assertThat(output)
                .contains(
                        "[-cp]\n[" + home.toRealPath() + "/lib/*]\n", "[-Dlongstream.home=" + home.toRealPath() + "]");
    }

    @Test
    void shouldMapClassesFromTheArchiveThatTheFirstSuccessfulReplayWrote() throws Exception {
        // Given
        Path home = Files.createDirectories(folder.resolve("longstream-1.0"));
        Files.createDirectories(home.resolve("lib"));
        Files.setLastModifiedTime(home.resolve("lib"), FileTime.fromMillis(0));
        Path launcher = Files.copy(Path.of("../longstream"), home.resolve("longstream"));
        String[] replay = {"replay", "quickstart", "--as", "strict", "--until", "scored"};
        String write = "for option; do case $option in -XX:ArchiveClassesAtExit=*) : > ${option#*=} ;; esac; done";
        // When
        String before = launchOf(launcher, 17, "status").output();
        environment.put("JAVA_ENDS", write + "; exit 2");
        Launched failed = launchOf(launcher, 17, replay);
        List<Path> afterFailure = archives(home);
        environment.put("JAVA_ENDS", write);
        Launched first = launchOf(launcher, 17, replay);
        List<Path> archives = archives(home);
        Launched second = launchOf(launcher, 17, replay);
        String status = launchOf(launcher, 17, "status").output();
        String train = launchOf(launcher, 17, "train").output();
        // Then
        assertThat(before).doesNotContain("Archive");
        assertThat(failed.exit()).isEqualTo(2);
        assertThat(afterFailure).isEmpty();
        assertThat(first.exit()).isZero();
        assertThat(first.output()).contains("[-XX:ArchiveClassesAtExit=");
        assertThat(archives).hasSize(1);
        assertThat(second.output())
                .contains("[-XX:SharedArchiveFile=" + archives.get(0).toRealPath() + "]");
        assertThat(status).contains("[-XX:SharedArchiveFile=");
        assertThat(train).doesNotContain("Archive");
    }

    private static List<Path> archives(Path home) throws IOException {
        try (Stream<Path> files = Files.list(home)) {
            return files.filter(file -> file.getFileName().toString().startsWith("classes-"))
                    .toList();
        }
    }

    private record Launched(int exit, String output) {}

    private Launched launch(int javaVersion, String... arguments) throws IOException, InterruptedException {
        environment.put("LONGSTREAM_CLASSPATH", "somewhere");
        return launchOf(Path.of("../longstream"), javaVersion, arguments);
    }

    private Launched launchOf(Path launcher, int javaVersion, String... arguments)
            throws IOException, InterruptedException {
        return launchOf(List.of(), launcher, javaVersion, arguments);
    }

    private Launched launchOf(List<String> container, Path launcher, int javaVersion, String... arguments)
            throws IOException, InterruptedException {
        Path java = folder.resolve("bin").resolve("java");
        Files.createDirectories(java.getParent());
        Files.writeString(
                java,
                """
                #!/usr/bin/env bash
                if [ "$1" = -XshowSettings:properties ]; then
                    echo "    java.specification.version = %d" >&2
                    echo "    sun.jnu.encoding = ${JAVA_ENCODING:-ANSI_X3.4-1968}" >&2
                    exit 0
                fi
                echo "preload=${LD_PRELOAD:-}"
                echo "locale=${LC_ALL:-}"
                printf '[%%s]\\n' "$@"
                eval "${JAVA_ENDS:-}"
                """
                        .formatted(javaVersion));
        assertThat(java.toFile().setExecutable(true)).isTrue();
        List<String> command = new ArrayList<>(container);
        command.addAll(List.of("bash", launcher.toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("JAVA_HOME", folder.toString());
        builder.environment().remove("LONGSTREAM_CLASSPATH");
        builder.environment().remove("LONGSTREAM_HEAP");
        builder.environment().remove("LONGSTREAM_ALLOCATOR");
        builder.environment().putAll(environment);
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Launched(process.waitFor(), output);
    }
}
