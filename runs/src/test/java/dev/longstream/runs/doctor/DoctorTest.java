package dev.longstream.runs.doctor;

import dev.longstream.runs.config.ConfigurationLoader;
import dev.longstream.runs.doctor.Finding.FindingLevel;
import dev.longstream.runs.doctor.MachineFacts.DiskFacts;
import dev.longstream.runs.doctor.MachineFacts.JavaFacts;
import dev.longstream.runs.doctor.MachineFacts.MemoryFacts;
import dev.longstream.runs.doctor.MachineFacts.ProcessorFacts;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

import static org.assertj.core.api.Assertions.assertThat;

class DoctorTest {
    private static final long GIBIBYTE = 1L << 30;
    private static final JavaFacts JAVA = new JavaFacts(17, "17.0.9", "UTF-8");
    private static final MemoryFacts MEMORY = new MemoryFacts(16 * GIBIBYTE, 8 * GIBIBYTE, 2 * GIBIBYTE);
    private static final ProcessorFacts PROCESSOR = new ProcessorFacts("Linux amd64", 2, Set.of("avx2", "avx512f"));
    private static final Optional<String> JEMALLOC = Optional.of("libjemalloc.so.2");
    private static final DiskFacts DISK = new DiskFacts(Path.of("outputs"), 20 * GIBIBYTE, true, Path.of("/tmp"), true);

    @TempDir
    Path folder;

    @Test
    void shouldFindNothingWrongWithAGoodMachine() {
        // Given
        MachineFacts facts = new MachineFacts(JAVA, MEMORY, PROCESSOR, JEMALLOC, DISK);
        // When
        List<Finding> findings = Doctor.examine(facts);
        // Then
        assertThat(findings).allSatisfy(finding -> {
            assertThat(finding.level()).isEqualTo(FindingLevel.OK);
            assertThat(finding.advice()).isEmpty();
        });
        assertThat(level(facts, "processor")).isEqualTo(FindingLevel.OK);
    }

    @Test
    void shouldCallItAProblemWhenLongstreamCannotRun() {
        // Given
        MachineFacts facts = new MachineFacts(
                new JavaFacts(11, "11.0.2", "UTF-8"),
                new MemoryFacts(GIBIBYTE, GIBIBYTE / 2, GIBIBYTE / 4),
                new ProcessorFacts("Mac OS X aarch64", 8, Set.of()),
                JEMALLOC,
                new DiskFacts(Path.of("outputs"), 20 * GIBIBYTE, false, Path.of("/tmp"), false));
        // Then
        assertThat(Doctor.examine(facts))
                .filteredOn(finding -> finding.level() == FindingLevel.PROBLEM)
                .extracting(Finding::check)
                .containsExactly("java", "memory", "processor", "disk", "temporary folder");
    }

    @Test
    void shouldWarnAndAdviseWhenLongstreamWouldBeSlow() {
        // Given
        MachineFacts facts = new MachineFacts(
                new JavaFacts(17, "17.0.9", "ANSI_X3.4-1968"),
                new MemoryFacts(3 * GIBIBYTE, 3 * GIBIBYTE / 2, 2 * GIBIBYTE),
                new ProcessorFacts("Linux amd64", 1, Set.of("sse2")),
                Optional.empty(),
                new DiskFacts(Path.of("outputs"), GIBIBYTE, true, Path.of("/tmp"), true));
        // When
        List<Finding> warnings = Doctor.examine(facts).stream()
                .filter(finding -> finding.level() == FindingLevel.WARNING)
                .toList();
        // Then
        assertThat(warnings)
                .extracting(Finding::check)
                .containsExactly("memory", "heap", "processor", "cores", "allocator", "disk", "encoding");
        assertThat(warnings).allSatisfy(finding -> assertThat(finding.advice()).isNotBlank());
        assertThat(warnings).anySatisfy(finding -> assertThat(finding.advice()).contains("libjemalloc2"));
    }

    @Test
    void shouldCallATakenPortAProblem() throws IOException {
        // Given
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            // When
            List<Finding> findings = Doctor.examine(new ConfigurationLoader()
                    .set("dir=" + folder)
                    .set("log.broker-port=" + taken.getLocalPort())
                    .load()
                    .config());
            // Then
            assertThat(findings)
                    .filteredOn(finding -> finding.check().equals("broker port"))
                    .singleElement()
                    .satisfies(finding -> assertThat(finding.level()).isEqualTo(FindingLevel.PROBLEM));
        }
    }

    @Test
    void shouldReadWhatLinuxSaysOfTheMachine() {
        // Then
        assertThat(MachineFacts.kibibytes("MemTotal:  16 kB\nMemAvailable:    8 kB\n", "MemAvailable"))
                .isEqualTo(8);
        assertThat(MachineFacts.flags("model : x\nflags\t\t: fpu avx2 avx512f\n"))
                .containsOnly("fpu", "avx2", "avx512f");
        assertThat(MachineFacts.allocator(
                        "7f00-7f01 r-xp 0 08:01 1 /usr/lib/libc.so.6\n7f r-xp 0 08:01 2 /usr/lib/libjemalloc.so.2\n"))
                .contains("libjemalloc.so.2");
    }

    private static FindingLevel level(MachineFacts facts, String check) {
        return Doctor.examine(facts).stream()
                .filter(finding -> finding.check().equals(check))
                .findFirst()
                .orElseThrow()
                .level();
    }
}
