package dev.longstream.cli;

import dev.longstream.cli.exit.ExitCode;
import org.junit.jupiter.api.Test;

import java.io.PrintWriter;
import java.io.StringWriter;

import static org.assertj.core.api.Assertions.assertThat;

class AclsCommandTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void shouldPrintTheLinesOfEachRoleForTheNamedCluster() {
        // When
        int exit = run(
                "--run",
                "try",
                "--bootstrap",
                "broker:9092",
                "--registry",
                "http://registry:8081",
                "--command-config",
                "my admin.properties",
                "--principal",
                "control=User:ops",
                "--principal",
                "reader=User:ops");
        // Then
        String command = "kafka-acls.sh --bootstrap-server broker:9092 --command-config 'my admin.properties' --add"
                + " --allow-principal User:ops ";
        assertThat(exit).as(err.toString()).isZero();
        assertThat(out.toString().lines())
                .containsExactly(
                        "# control",
                        command + "--operation Write --topic try.control",
                        "# reader",
                        command + "--operation Read --resource-pattern-type prefixed --topic try.");
    }

    @Test
    void shouldListTheRolesWhenThereIsNoSuchRole() {
        assertThat(run("--principal", "scorer=User:a")).isEqualTo(ExitCode.WRONG_USE.code());
        assertThat(err.toString()).contains("no role 'scorer'", "registry, publisher, curriculum");
    }

    @Test
    void shouldAskForTheKindOfPrincipal() {
        assertThat(run("--principal", "scoring=alice")).isEqualTo(ExitCode.WRONG_USE.code());
        assertThat(err.toString()).contains("expected User:NAME");
    }

    private int run(String... options) {
        String[] words = new String[options.length + 1];
        words[0] = "acls";
        System.arraycopy(options, 0, words, 1, options.length);
        return Longstream.commandLine(new PrintWriter(out), new PrintWriter(err))
                .execute(words);
    }
}
