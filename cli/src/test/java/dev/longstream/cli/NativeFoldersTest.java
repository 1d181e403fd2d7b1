package dev.longstream.cli;

import org.junit.jupiter.api.Test;

import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;

class NativeFoldersTest {
    private static final Map<String, String> USUAL = Map.of("java.io.tmpdir", "/tmp", "user.home", "/home/ada");

    @Test
    void shouldChangeNothingWhereProgramsRun() {
        assertThat(NativeFolders.changes(USUAL, Map.of("HOME", "/home/ada"), folder -> false))
                .isEmpty();
    }

    @Test
    void shouldUnpackToTheCacheWhenTheTemporaryFolderRunsNoPrograms() {
        assertThat(NativeFolders.changes(USUAL, Map.of(), folder -> folder.startsWith("/tmp")))
                .containsExactly(Map.entry("java.io.tmpdir", "/home/ada/.cache/longstream/tmp"));
        assertThat(NativeFolders.changes(
                        USUAL, Map.of("XDG_CACHE_HOME", "/cache"), folder -> folder.startsWith("/tmp")))
                .containsExactly(Map.entry("java.io.tmpdir", "/cache/longstream/tmp"));
    }

    @Test
    void shouldUnpackTheEngineElsewhereWhenTheHomeFolderRunsNoPrograms() {
        assertThat(NativeFolders.changes(USUAL, Map.of(), folder -> folder.startsWith("/home")))
                .hasEntrySatisfying(
                        "DJL_CACHE_DIR", folder -> assertThat(folder).matches("/tmp/longstream-.*/djl"));
        assertThat(NativeFolders.changes(
                        USUAL, Map.of("DJL_CACHE_DIR", "/natives"), folder -> folder.startsWith("/home")))
                .isEmpty();
    }

    @Test
    void shouldFindAHomeForAUserWithoutAName() {
        Map<String, String> nameless = Map.of("java.io.tmpdir", "/tmp", "user.home", "?");

        assertThat(NativeFolders.changes(nameless, Map.of("HOME", "/home/nameless"), folder -> false))
                .containsExactly(Map.entry("user.home", "/home/nameless"));
        assertThat(NativeFolders.changes(nameless, Map.of(), folder -> false))
                .hasEntrySatisfying("user.home", home -> assertThat(home).startsWith("/tmp/longstream-"));
    }
}
