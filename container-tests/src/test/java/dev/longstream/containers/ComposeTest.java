package dev.longstream.containers;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import static org.assertj.core.api.Assertions.assertThat;

/** The whole loop as docker-compose.yml has it: from nothing to the last step, every role in a container of its own. */
@Timeout(1_200)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ComposeTest {
    private static final int STEPS = 4;
    private static final int IN_USE = 3;
    /** The quickstart, made small: fewer questions, a short warm-up, small batches. */
    private static final String SMALL = String.join(
            " ",
            "--run composed",
            "--steps " + STEPS,
            "--set prompts.train[0].generate.count=48",
            "--set prompts.train[1].generate.count=48",
            "--set prompts.held-out[0].generate.count=4",
            "--set prompts.held-out[1].generate.count=4",
            "--set prompts.held-out[2].generate.count=4",
            "--set prompts.held-out[3].generate.count=4",
            "--set demonstrations.sources[0].generate.count=320",
            "--set demonstrations.sources[1].generate.count=160",
            "--set warm-up.steps=30",
            "--set warm-up.batch-size=16",
            "--set batch-size=2",
            "--set group-size=4");
    /** The role evaluation finishes last, with the report. */
    private static final String AWAIT_REPORT = "until [ -s /outputs/composed/report.json ]; do sleep 1; done";

    private static final ObjectMapper JSON = new ObjectMapper();

    private Compose compose;

    @BeforeAll
    void runToTheEnd(@TempDir Path output) throws Exception {
        compose = new Compose("longstream-test", output, Map.of("RUN_OPTIONS", SMALL, "HEAP", "384m"));
        compose.run("build");
        compose.run("up", "--detach", "--scale", "rollouts=2");
        compose.run("run", "--rm", "--entrypoint", "bash", "cli", "-c", AWAIT_REPORT);
    }

    @AfterAll
    void stop() throws Exception {
        compose.close();
    }

    @Test
    void shouldTrainToTheLastStep() throws Exception {
        JsonNode status = JSON.readTree(command("status"));
        assertThat(status.path("version").asInt()).as(status.toString()).isEqualTo(STEPS);
    }

    @Test
    void shouldAccountForEveryTrajectory() throws Exception {
        JsonNode ledger = JSON.readTree(command("audit"));
        assertThat(ledger.path("closes").asBoolean()).as(ledger.toString()).isTrue();
    }

    @Test
    void shouldShareTheRolloutsAmongTwoWorkers() throws Exception {
        Set<String> workers = new HashSet<>();
        for (String record :
                command("inspect", "trajectories", "--last", "0").lines().toList()) {
            workers.add(JSON.readTree(record).at("/value/worker").asText());
        }
        assertThat(workers).hasSize(2);
    }

    @Test
    void shouldLeaveAReportWithEveryEvaluation() throws Exception {
        JsonNode report = JSON.readTree(
                compose.run("run", "--rm", "--entrypoint", "cat", "cli", "/outputs/composed/report.json"));
        assertThat(report.path("steps").asInt()).isEqualTo(STEPS);
        for (String station : List.of("beforeTraining", "afterWarmUp", "afterRl")) {
            assertThat(report.path("heldOut").path(station).isNumber())
                    .as(station)
                    .isTrue();
        }
    }

    @Test
    void shouldRefuseARoleOfAnotherConfiguration() throws Exception {
        Compose.Ended refused =
                compose.execute("run", "--rm", "cli", "run", "scoring", "--run", "composed", "--seed", "9");

        assertThat(refused.code()).isEqualTo(IN_USE);
        assertThat(refused.errors()).contains("another configuration", "seed: was 1, now 9");
    }

    private String command(String... words) throws Exception {
        List<String> all = new ArrayList<>(List.of("run", "--rm", "cli"));
        all.addAll(List.of(words));
        all.addAll(List.of("--run", "composed", "--json"));
        return compose.run(all.toArray(String[]::new));
    }
}
