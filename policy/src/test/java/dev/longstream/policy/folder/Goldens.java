package dev.longstream.policy.folder;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/** Finds the files that Hugging Face's libraries computed; tests without them are skipped. */
final class Goldens {
    private Goldens() {}

    /** A file or folder of the goldens; the test is skipped without it. */
    static Path find(String name) {
        Path path = Path.of(System.getProperty("longstream.goldens", "../shared/goldens"))
                .resolve(name);
        assumeTrue(Files.exists(path), () -> "skipped: " + path + " is missing (-Dlongstream.goldens=DIR)");
        return path;
    }

    /** The folder of the real model; the test is skipped without it. */
    static Path model() {
        String folder = System.getProperty("longstream.model", "");
        assumeTrue(!folder.isEmpty(), "skipped: needs a SmolLM2 folder (-Dlongstream.model=DIR)");
        return Path.of(folder);
    }

    /** Every folder under {@code models}. */
    static List<Path> modelFolders() {
        try (Stream<Path> paths = Files.list(find("models"))) {
            List<Path> folders = paths.filter(Files::isDirectory).sorted().toList();
            assertThat(folders).isNotEmpty();
            return folders;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    static void report(String set, int read, int agree) {
        System.out.printf("golden %s: %d read, %d agree%n", set, read, agree);
        assertThat(agree).as(set).isEqualTo(read);
    }
}
