package dev.longstream.files;

import org.junit.jupiter.api.Test;

import java.nio.file.Path;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;

class MountsTest {
    @Test
    void shouldReadFromTheMountsWhetherProgramsRun() {
        List<String> mounts = List.of(
                "overlay / overlay rw,relatime 0 0",
                "tmpfs /nowhere tmpfs rw,nosuid,nodev,noexec 0 0",
                "tmpfs /nowhere/two\\040words tmpfs rw 0 0");

        assertThat(Mounts.isNoexec(Path.of("/nowhere/a/b"), mounts)).isTrue();
        assertThat(Mounts.isNoexec(Path.of("/nowhere-else"), mounts)).isFalse();
        assertThat(Mounts.isNoexec(Path.of("/nowhere/two words/a"), mounts)).isFalse();
        assertThat(Mounts.isNoexec(Path.of("/nowhere"), List.of())).isFalse();
    }
}
