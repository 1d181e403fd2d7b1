package dev.longstream.it;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;

/** A run under locales whose digits, or whose capital i, are not those of English. */
class LocaleTest {
    /** The log of the command, whatever configuration the class path of the tests has. */
    private static final String LOG = "-Dlogback.configurationFile=logback.xml";

    private static final List<String> EGYPT = List.of("-Duser.language=ar", "-Duser.country=EG", LOG);
    private static final List<String> TURKEY = List.of("-Duser.language=tr", "-Duser.country=TR");
    private static final String RUN = "abroad";
    private static final ObjectMapper JSON = new ObjectMapper();

    @Test
    void shouldTrainUnderOneLocaleAndReadTheRunUnderAnother(@TempDir Path folder) throws Exception {
        // Given
        SmallRun run = SmallRun.in(folder);
        List<String> train =
                run.command("train", RUN, "--steps", "2", "--set", "warm-up.steps=2", "--log-format", "json");
        // When
        try (CommandProcess process = CommandProcess.start(folder, EGYPT, train)) {
            // Then
            assertThat(process.exit()).as(process.errors()).isZero();
            assertThat(process.output()).contains("it closes");
            verifyLog(process.errors().lines().toList());
        }
        verifyLog(Files.readAllLines(run.runs().resolve(RUN).resolve("logs/train.log")));
        assertThat(run.runs().resolve(RUN).resolve("checkpoints/step-000002")).isDirectory();
        // When
        try (CommandProcess process = CommandProcess.start(folder, TURKEY, run.command("audit", RUN))) {
            // Then
            assertThat(process.exit()).as(process.errors()).isZero();
        }
    }

    /** Every line is an object with its time, role and run; those of the steps come from the trainer, the last of step 2. */
    private static void verifyLog(List<String> lines) throws IOException {
        String step = "";
        List<String> messages = new ArrayList<>();
        for (String line : lines) {
            JsonNode object = JSON.readTree(line);
            assertThat(object.get("timestamp").isNumber()).as(line).isTrue();
            assertThat(object.at("/mdc/role").asText()).as(line).isNotEmpty();
            assertThat(object.at("/mdc/run").asText()).as(line).isEqualTo(RUN);
            step = object.at("/mdc/step").asText(step);
            messages.add(object.get("formattedMessage").asText());
        }
        assertThat(step).isEqualTo("2");
        assertThat(messages).anyMatch(message -> message.startsWith("steps 2/2"));
    }
}
