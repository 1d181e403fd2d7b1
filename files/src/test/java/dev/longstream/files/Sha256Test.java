package dev.longstream.files;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

import static org.assertj.core.api.Assertions.assertThat;

/** Digests that other programs compute too. */
class Sha256Test {
    private static final String OF_ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    @Test
    void shouldDigestTextsFilesAndPartsAlike(@TempDir Path folder) throws Exception {
        // Given
        Path file = Files.writeString(folder.resolve("abc"), "abc");
        // Then
        assertThat(Sha256.of("abc")).isEqualTo(OF_ABC);
        assertThat(Sha256.of(file)).isEqualTo(OF_ABC);
        assertThat(new Sha256()
                        .add("a".getBytes(StandardCharsets.UTF_8))
                        .add("bc".getBytes(StandardCharsets.UTF_8))
                        .hex())
                .isEqualTo(OF_ABC);
    }

    @Test
    void shouldTellListsOfTextsApart() {
        assertThat(new Sha256().addWithLength("ab").addWithLength("c").hex())
                .isNotEqualTo(
                        new Sha256().addWithLength("a").addWithLength("bc").hex());
    }
}
