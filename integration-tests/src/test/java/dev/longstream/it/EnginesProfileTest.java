package dev.longstream.it;

import com.fasterxml.jackson.databind.JsonNode;
import dev.longstream.runs.config.ConfigurationLoader;
import dev.longstream.runs.config.RunConfig;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;

import static org.assertj.core.api.Assertions.assertThat;

/** Compose profile {@code engines}: what can be checked without a container. */
class EnginesProfileTest {
    private JsonNode services;

    @BeforeEach
    void read() throws IOException {
        services = MonitoringFiles.yaml(MonitoringFiles.COMPOSE).get("services");
    }

    @Test
    void shouldStartTheEnginesOnlyWithTheProfileAndPublishNoPort() {
        for (String name : List.of("vllm", "learner")) {
            JsonNode service = services.get(name);
            assertThat(texts(service.get("profiles"))).as(name).containsExactly("engines");
            assertThat(service.has("ports")).as(name).isFalse();
        }
    }

    @Test
    void shouldShowTheEnginesTheFoldersOfTheRolesUnderTheSamePaths() {
        List<String> ofRoles = texts(services.at("/trainer/volumes"));
        assertThat(texts(services.at("/rollouts/volumes"))).isEqualTo(ofRoles);
        assertThat(texts(services.at("/learner/volumes"))).isEqualTo(ofRoles);
        assertThat(texts(services.at("/vllm/volumes")))
                .containsExactly(ofRoles.get(0) + ":ro", ofRoles.get(1)); // it writes nothing
    }

    @Test
    void shouldStartVllmWithEveryOptionThatAWorkerNeeds() {
        JsonNode vllm = services.get("vllm");
        assertThat(vllm.get("command").asText()).contains("--enable-scale-out", "--logprobs-mode processed_logprobs");
        for (String variable : List.of("VLLM_SERVER_DEV_MODE", "VLLM_ALLOW_RUNTIME_LORA_UPDATING")) {
            assertThat(vllm.at("/environment/" + variable).asText())
                    .as(variable)
                    .isEqualTo("1");
        }
    }

    @Test
    void shouldDocumentOptionsThatNameTheServices() throws IOException {
        // Given
        String page = Files.readString(MonitoringFiles.COMPOSE.resolveSibling("docs/engines.md"));
        Matcher options = Pattern.compile("export RUN_OPTIONS=\"([^\"]+)\"").matcher(page);
        assertThat(options.find()).isTrue();
        // When
        ConfigurationLoader loader = new ConfigurationLoader();
        Matcher set = Pattern.compile("--set (\\S+)").matcher(options.group(1));
        while (set.find()) {
            loader.set(set.group(1));
        }
        RunConfig config = loader.load().config();
        // Then
        assertThat(config.rollouts().engine().urls()).containsExactly("http://vllm:8100");
        assertThat(services.at("/vllm/command").asText())
                .contains(
                        "--port 8100",
                        "--served-model-name " + config.rollouts().engine().model());
        assertThat(config.trainer().learner().url()).isEqualTo("http://learner:8765");
        assertThat(services.at("/learner/command").asText())
                .contains(
                        "--port 8765",
                        "--key-variable " + config.trainer().learner().keyVariable());
        assertThat(services.at("/trainer/environment/"
                                + config.trainer().learner().keyVariable())
                        .asText())
                .isEqualTo(services.at("/learner/environment/LEARNER_KEY").asText())
                .isNotEmpty();
    }

    @Test
    void shouldGiveGpusToTheEnginesAlone() throws IOException {
        Path override = MonitoringFiles.COMPOSE.resolveSibling("docker-compose.gpu.yml");
        List<String> names = new ArrayList<>();
        MonitoringFiles.yaml(override).get("services").fieldNames().forEachRemaining(names::add);
        assertThat(names).containsExactly("vllm", "learner");
    }

    private static List<String> texts(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false)
                .map(JsonNode::asText)
                .toList();
    }
}
