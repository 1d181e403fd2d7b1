package dev.longstream.it;

import com.fasterxml.jackson.databind.JsonNode;
import dev.longstream.it.MonitoringFiles.Query;
import dev.longstream.runs.config.MetricsSection;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/** Scrape configuration, alerts, dashboard and compose profile: what can be checked without a run. */
class MonitoringFilesTest {
    private static final int COLUMNS = 24;
    /** Name of one of the project's own metrics. */
    private static final Pattern OWN_METRIC = Pattern.compile("\\b((?:longstream|rl|gen_ai|process)_[a-z0-9_]+)");

    static Stream<List<String>> checks() {
        return Stream.of(
                List.of("check", "config", MonitoringFiles.CONFIGURATION.toString()),
                List.of("check", "rules", MonitoringFiles.RULES.toString()),
                List.of("test", "rules", MonitoringFiles.RULE_TESTS.toString()));
    }

    @ParameterizedTest
    @MethodSource("checks")
    void shouldPassTheChecksOfPromtool(List<String> check) throws Exception {
        // Given
        assumeTrue(PrometheusProcess.isInstalled(), "prometheus and promtool are not installed; nothing is checked");
        List<String> command = new ArrayList<>(List.of("promtool"));
        command.addAll(check);
        // When
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        // Then
        assertThat(process.waitFor()).as(said).isZero();
    }

    @Test
    void shouldTestThatEachAlertFiresAndThatItStaysSilent() throws IOException {
        // Given
        Set<String> firing = new HashSet<>();
        Set<String> silent = new HashSet<>();
        // When
        for (JsonNode test : MonitoringFiles.yaml(MonitoringFiles.RULE_TESTS).get("tests")) {
            for (JsonNode check : test.get("alert_rule_test")) {
                (check.get("exp_alerts").isEmpty() ? silent : firing)
                        .add(check.get("alertname").asText());
            }
        }
        // Then
        assertThat(firing).containsExactlyInAnyOrderElementsOf(alerts());
        assertThat(silent).containsExactlyInAnyOrderElementsOf(alerts());
    }

    @Test
    void shouldDescribeEveryAlert() throws IOException {
        String page = Files.readString(Path.of("..", "docs", "monitoring.md"));

        assertThat(alerts()).isNotEmpty().allSatisfy(alert -> assertThat(page).contains("`" + alert + "`"));
        assertThat(MonitoringFiles.rules().stream().filter(rule -> rule.has("alert")))
                .allSatisfy(rule -> {
                    assertThat(rule.at("/labels/severity").asText()).isIn("critical", "warning", "info");
                    assertThat(rule.at("/annotations/summary").asText()).isNotBlank();
                    assertThat(rule.at("/annotations/description").asText()).isNotBlank();
                });
    }

    @Test
    void shouldAskForMetricsThatTheCatalogueLists() throws IOException {
        // Given
        Set<String> listed =
                names(Pattern.compile("`([a-z0-9_]+)`"), Files.readString(Path.of("..", "docs", "metrics.md")));
        List<Query> queries = new ArrayList<>(MonitoringFiles.dashboardQueries());
        queries.addAll(MonitoringFiles.ruleQueries());
        // When
        Set<String> asked = new TreeSet<>();
        queries.forEach(query -> asked.addAll(names(OWN_METRIC, query.expression())));
        // Then
        assertThat(asked).hasSizeGreaterThan(50).allSatisfy(name -> assertThat(listed)
                .containsAnyOf(name, name.replaceFirst("_(bucket|sum|count)$", "")));
    }

    private static Set<String> names(Pattern pattern, String text) {
        return pattern.matcher(text).results().map(found -> found.group(1)).collect(Collectors.toSet());
    }

    @Test
    void shouldPlacePanelsBesideOneAnotherAndExplainEach() throws IOException {
        // Given
        Set<Integer> ids = new HashSet<>();
        Set<List<Integer>> cells = new HashSet<>();
        // When
        for (JsonNode panel : MonitoringFiles.dashboard().get("panels")) {
            // Then
            String title = panel.get("title").asText();
            assertThat(ids.add(panel.get("id").asInt())).as(title).isTrue();
            JsonNode place = panel.get("gridPos");
            assertThat(place.get("x").asInt() + place.get("w").asInt())
                    .as(title)
                    .isLessThanOrEqualTo(COLUMNS);
            for (int x = 0; x < place.get("w").asInt(); x++) {
                for (int y = 0; y < place.get("h").asInt(); y++) {
                    assertThat(cells.add(List.of(
                                    place.get("x").asInt() + x, place.get("y").asInt() + y)))
                            .as(title)
                            .isTrue();
                }
            }
            if (!panel.get("type").asText().equals("row")) {
                assertThat(panel.get("description").asText()).as(title).isNotBlank();
                assertThat(panel.get("targets")).as(title).isNotEmpty().allSatisfy(target -> {
                    assertThat(target.at("/datasource/uid").asText()).isEqualTo("${datasource}");
                    assertThat(target.get("expr").asText()).isNotBlank();
                });
            }
        }
    }

    @Test
    void shouldScrapeEveryRoleThatComposeStarts() throws IOException {
        // Given
        JsonNode services = MonitoringFiles.yaml(MonitoringFiles.COMPOSE).get("services");
        JsonNode discovery =
                MonitoringFiles.yaml(MonitoringFiles.CONFIGURATION).at("/scrape_configs/0/dns_sd_configs/0");
        // When
        List<String> roles = new ArrayList<>();
        services.fields().forEachRemaining(service -> {
            String command = service.getValue().path("command").asText();
            if (command.startsWith("run ") && !command.startsWith("run registry")) {
                roles.add(service.getKey());
                assertThat(service.getValue()
                                .at("/environment/LONGSTREAM_METRICS_HOST")
                                .asText())
                        .as(service.getKey())
                        .isEqualTo("0.0.0.0");
            }
        });
        // Then
        assertThat(roles).containsExactlyInAnyOrderElementsOf(texts(discovery.get("names")));
        assertThat(discovery.get("port").asInt()).isEqualTo(MetricsSection.DEFAULT.port());
    }

    @Test
    void shouldStartPrometheusAndGrafanaOnlyWithTheProfile() throws IOException {
        // Given
        JsonNode services = MonitoringFiles.yaml(MonitoringFiles.COMPOSE).get("services");
        Path project = MonitoringFiles.COMPOSE.resolveSibling(".");
        for (String name : List.of("prometheus", "grafana")) {
            // When
            JsonNode service = services.get(name);
            // Then
            assertThat(texts(service.get("profiles"))).as(name).containsExactly("monitoring");
            assertThat(texts(service.get("ports"))).as(name).allMatch(port -> port.startsWith("127.0.0.1:"));
            assertThat(texts(service.get("volumes")))
                    .as(name)
                    .filteredOn(volume -> volume.startsWith("./"))
                    .isNotEmpty()
                    .allSatisfy(volume ->
                            assertThat(project.resolve(volume.split(":")[0])).exists());
        }
    }

    private static List<String> alerts() throws IOException {
        return MonitoringFiles.rules().stream()
                .filter(rule -> rule.has("alert"))
                .map(rule -> rule.get("alert").asText())
                .toList();
    }

    private static List<String> texts(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false)
                .map(JsonNode::asText)
                .toList();
    }
}
