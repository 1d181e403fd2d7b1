package dev.longstream.it;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.longstream.stack.broker.SecuredBroker;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/** Prometheus with the shipped configuration and rules, which scrapes the processes of runs every second. */
public final class PrometheusProcess implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Process process;
    private final URI address;
    private final Path output;
    private final Instant started = Instant.now();
    private final HttpClient http = HttpClient.newHttpClient();

    private PrometheusProcess(Process process, URI address, Path output) {
        this.process = process;
        this.address = address;
        this.output = output;
    }

    /** Returns whether both programs of Debian's package {@code prometheus} are on the path. */
    public static boolean isInstalled() {
        return Stream.of("prometheus", "promtool")
                .allMatch(program -> Stream.of(System.getenv("PATH").split(":"))
                        .anyMatch(folder -> Files.isExecutable(Path.of(folder, program))));
    }

    /**
     * Starts Prometheus.
     *
     * @param folder folder for its files
     * @param runs folders of the runs
     */
    public static PrometheusProcess start(Path folder, List<Path> runs) throws IOException {
        return start(folder, runs, MonitoringFiles.RULES);
    }

    /**
     * Starts Prometheus with other rules.
     *
     * @param folder folder for its files
     * @param runs folders of the runs
     * @param rules file of the rules
     */
    public static PrometheusProcess start(Path folder, List<Path> runs, Path rules) throws IOException {
        Files.createDirectories(folder);
        int port = SecuredBroker.freePort();
        Path configuration = folder.resolve("prometheus.yml");
        JSON.writeValue(configuration.toFile(), configuration(runs, rules)); // JSON is YAML
        Path output = folder.resolve("prometheus.out");
        Process process = new ProcessBuilder(
                        "prometheus",
                        "--config.file=" + configuration,
                        "--storage.tsdb.path=" + folder.resolve("data"),
                        "--web.listen-address=127.0.0.1:" + port,
                        "--log.level=warn")
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        return new PrometheusProcess(process, URI.create("http://127.0.0.1:" + port), output);
    }

    /** Returns the shipped configuration, which finds the processes of runs in their files in place of containers. */
    private static JsonNode configuration(List<Path> runs, Path rules) throws IOException {
        ObjectNode configuration = (ObjectNode) MonitoringFiles.yaml(MonitoringFiles.CONFIGURATION);
        ObjectNode global = (ObjectNode) configuration.get("global");
        global.put("scrape_interval", "1s").put("evaluation_interval", "1s");
        configuration.putArray("rule_files").add(rules.toString());
        for (JsonNode job : configuration.get("scrape_configs")) {
            ((ObjectNode) job).remove("dns_sd_configs");
            ObjectNode discovery =
                    ((ObjectNode) job).putArray("file_sd_configs").addObject();
            ArrayNode files = discovery.putArray("files");
            runs.forEach(run -> files.add(run + "/metrics/*.json"));
            discovery.put("refresh_interval", "1s");
        }
        return configuration;
    }

    /** Returns the finite values of all series of an expression, from the start of Prometheus until now, second by second. */
    public List<Double> values(String expression) throws IOException, InterruptedException {
        JsonNode answer = get("/api/v1/query_range?query=" + URLEncoder.encode(expression, StandardCharsets.UTF_8)
                + "&start=" + started.getEpochSecond() + "&end=" + Instant.now().getEpochSecond() + "&step=1");
        if (!answer.path("status").asText().equals("success")) {
            throw new AssertionError(expression + ": " + answer);
        }
        return answer.at("/data/result").findValues("values").stream()
                .flatMap(values ->
                        Stream.iterate(0, i -> i < values.size(), i -> i + 1).map(values::get))
                .map(value -> Double.parseDouble(value.get(1).asText().replace("Inf", "Infinity")))
                .filter(Double::isFinite)
                .toList();
    }

    /** Returns the values of a label, as a variable of a dashboard asks for them. */
    List<String> labelValues(String label, String metric) throws IOException, InterruptedException {
        return JSON.convertValue(
                get("/api/v1/label/" + label + "/values?match[]=" + metric).get("data"),
                JSON.getTypeFactory().constructCollectionType(List.class, String.class));
    }

    private JsonNode get(String path) throws IOException, InterruptedException {
        Instant deadline = Instant.now().plus(PATIENCE);
        while (true) {
            try {
                HttpRequest request = HttpRequest.newBuilder(URI.create(address + path.replace("[]", "%5B%5D")))
                        .build();
                HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
                if (response.statusCode() != 503) { // not ready yet
                    return JSON.readTree(response.body());
                }
            } catch (IOException e) {
                if (!process.isAlive()) {
                    throw new IOException("Prometheus has ended: " + Files.readString(output), e);
                }
            }
            if (Instant.now().isAfter(deadline)) {
                throw new IOException("Prometheus does not answer: " + Files.readString(output));
            }
            Thread.sleep(100);
        }
    }

    @Override
    public void close() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }
}
