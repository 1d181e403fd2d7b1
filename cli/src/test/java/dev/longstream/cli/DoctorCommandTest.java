package dev.longstream.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.longstream.cli.exit.ExitCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;

class DoctorCommandTest {
    private final StringWriter out = new StringWriter();

    @TempDir
    Path folder;

    @Test
    void shouldEndWithOneAndSayWhatToDoWhenThereIsAProblem() throws IOException {
        // Given
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            // When
            int exit = doctor("--broker-port", Integer.toString(taken.getLocalPort()));
            // Then
            assertThat(exit).isEqualTo(ExitCode.FAILED.code());
            assertThat(out.toString()).contains("problem  broker port", "→ Stop what listens there");
        }
    }

    @Test
    void shouldPrintFindingsAsJson() throws IOException {
        // When
        doctor("--json");
        // Then
        JsonNode findings = new ObjectMapper().readTree(out.toString());
        assertThat(findings).anySatisfy(finding -> {
            assertThat(finding.path("check").asText()).isEqualTo("java");
            assertThat(finding.path("level").asText()).isEqualTo("OK");
        });
    }

    @Test
    void shouldFailOnAWarningOnlyWhenThatIsAskedFor() throws IOException {
        // When
        int lenient = doctor("--json");
        JsonNode findings = new ObjectMapper().readTree(out.toString());
        int strict = doctor("--fail-on", "warning");
        // Then
        List<String> levels = findings.findValuesAsText("level");
        assertThat(lenient).isEqualTo(levels.contains("PROBLEM") ? 1 : 0);
        assertThat(strict).isEqualTo(levels.contains("PROBLEM") || levels.contains("WARNING") ? 1 : 0);
    }

    private int doctor(String... options) {
        String[] arguments = new String[options.length + 3];
        arguments[0] = "doctor";
        arguments[1] = "--dir";
        arguments[2] = folder.toString();
        System.arraycopy(options, 0, arguments, 3, options.length);
        return Longstream.commandLine(new PrintWriter(out), new PrintWriter(new StringWriter()))
                .execute(arguments);
    }
}
