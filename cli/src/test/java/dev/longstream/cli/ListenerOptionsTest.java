package dev.longstream.cli;

import dev.longstream.cli.exit.ExitCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;

/** Commands that listen on a port, with options that they refuse before they start anything. */
@Timeout(60)
class ListenerOptionsTest {
    private static final Path MODEL = Path.of("..", "models", "quickstart");

    @TempDir
    Path folder;

    private final StringWriter err = new StringWriter();

    private int run(String... command) {
        return Longstream.commandLine(new PrintWriter(new StringWriter()), new PrintWriter(err))
                .execute(command);
    }

    private int runRole(String role, String... options) {
        return run(Stream.concat(
                        Stream.of(
                                "run",
                                role,
                                "--dir",
                                folder.toString(),
                                "--bootstrap",
                                "127.0.0.1:1",
                                "--registry",
                                "http://127.0.0.1:2"),
                        Stream.of(options))
                .toArray(String[]::new));
    }

    @Test
    void shouldNotStartARegistryForOthersWithoutAuthentication() {
        assertThat(runRole("registry", "--listen", "0.0.0.0")).isEqualTo(ExitCode.WRONG_USE.code());
        assertThat(err.toString()).contains("--listen is 0.0.0.0", "--users-file", "--insecure-network");
    }

    @Test
    void shouldNotServeForOthersWithoutAKey() {
        assertThat(run("serve", MODEL.toString(), "--host", "0.0.0.0")).isEqualTo(ExitCode.WRONG_USE.code());
        assertThat(err.toString()).contains("host is 0.0.0.0", "--api-key-variable", "--insecure-network");
    }

    @Test
    void shouldNameAVariableThatIsNotSet() {
        assertThat(run("serve", MODEL.toString(), "--api-key-variable", "NO_SUCH_VARIABLE"))
                .isEqualTo(ExitCode.WRONG_USE.code());
        assertThat(err.toString()).contains("--api-key-variable names NO_SUCH_VARIABLE");
    }

    @Test
    void shouldNameAFileThatIsMissing() {
        assertThat(runRole("registry", "--users-file", folder.resolve("users").toString()))
                .isEqualTo(ExitCode.BAD_DATA.code());
        assertThat(err.toString()).contains(folder.resolve("users").toString());
    }

    @Test
    void shouldRefuseOptionsOfTheRegistryForOtherRoles() {
        assertThat(runRole("scoring", "--read-only")).isEqualTo(ExitCode.WRONG_USE.code());
        assertThat(err.toString()).contains("--read-only", "the role scoring does not listen");
    }
}
