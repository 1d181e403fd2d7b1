package dev.longstream.it;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.yaml.snakeyaml.Yaml;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Files of the compose profile {@code monitoring}, and what they ask of Prometheus. */
public final class MonitoringFiles {
    private static final Path FOLDER =
            Path.of("..", "docker", "monitoring").toAbsolutePath().normalize();
    static final Path CONFIGURATION = FOLDER.resolve("prometheus.yml");
    public static final Path RULES = FOLDER.resolve("alerts.yml");
    static final Path RULE_TESTS = FOLDER.resolve("alerts-test.yml");
    static final Path DASHBOARD = FOLDER.resolve("grafana/dashboards/longstream.json");
    static final Path COMPOSE =
            Path.of("..", "docker-compose.yml").toAbsolutePath().normalize();

    private static final ObjectMapper JSON = new ObjectMapper();

    private MonitoringFiles() {}

    /**
     * Expression that Prometheus is asked for.
     *
     * @param where panel or rule that has it
     * @param expression expression in PromQL, without variables
     */
    public record Query(String where, String expression) {}

    static JsonNode yaml(Path file) throws IOException {
        return JSON.valueToTree(new Yaml().load(Files.readString(file))); // resolves anchors, which Jackson does not
    }

    static JsonNode dashboard() throws IOException {
        return JSON.readTree(DASHBOARD.toFile());
    }

    /** Returns the query of every panel, with the variables as Grafana would set them for all runs. */
    public static List<Query> dashboardQueries() throws IOException {
        List<Query> queries = new ArrayList<>();
        for (JsonNode panel : dashboard().get("panels")) {
            for (JsonNode target : panel.path("targets")) {
                queries.add(new Query(
                        "panel " + panel.get("title").asText(),
                        target.get("expr").asText().replace("$run", ".*").replace("$__rate_interval", "1m")));
            }
        }
        return queries;
    }

    /** Returns the expression of every rule. */
    static List<Query> ruleQueries() throws IOException {
        List<Query> queries = new ArrayList<>();
        for (JsonNode rule : rules()) {
            queries.add(new Query("rule " + name(rule), rule.get("expr").asText()));
        }
        return queries;
    }

    /** Returns the rules: alerts, and expressions with a name of their own. */
    public static List<JsonNode> rules() throws IOException {
        List<JsonNode> rules = new ArrayList<>();
        yaml(RULES).get("groups").forEach(group -> group.get("rules").forEach(rules::add));
        return rules;
    }

    private static String name(JsonNode rule) {
        return rule.has("alert")
                ? rule.get("alert").asText()
                : rule.get("record").asText();
    }

    /**
     * Returns an expression that has series in a healthy run, too, if the given one can ever have some: comparisons yield 0 or 1
     * instead of leaving series out, nothing is left out for what is there, and nothing is asked for that lies before the run.
     */
    static String alsoWhileHealthy(String expression) {
        return expression
                .replaceAll("\\s(==|!=|<=|>=|<|>)\\s(?!bool)", " $1 bool ")
                .replaceAll("\\sunless\\s", " and ")
                .replaceAll("\\soffset \\d+m", "");
    }
}
