package dev.longstream.it;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.longstream.metrics.Metric;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Reads over HTTP how a process of a run describes itself, from its start to its end. */
final class ScrapedProcess {
    private static final long PAUSE_MS = 200;
    private static final int READY = 200;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient client = HttpClient.newHttpClient();
    private final Set<Integer> live = new TreeSet<>();
    private final Set<Integer> ready = new TreeSet<>();
    private final Set<String> reasons = new TreeSet<>();
    private String metrics = "";

    private ScrapedProcess() {}

    /**
     * Asks a process again and again, until it ends.
     *
     * @param targets folder of the files that name its address to Prometheus
     */
    static ScrapedProcess untilItEnds(CommandProcess process, Path targets) throws InterruptedException {
        ScrapedProcess scraped = new ScrapedProcess();
        while (process.running()) {
            try {
                Optional<String> address = address(targets);
                if (address.isPresent()) {
                    scraped.ask("http://" + address.get());
                }
            } catch (IOException e) {
                // It is just starting or ending.
            }
            Thread.sleep(PAUSE_MS);
        }
        return scraped;
    }

    private static Optional<String> address(Path targets) throws IOException {
        if (!Files.isDirectory(targets)) {
            return Optional.empty();
        }
        try (Stream<Path> files = Files.list(targets)) {
            Optional<Path> file =
                    files.filter(path -> path.toString().endsWith(".json")).findFirst();
            return file.isEmpty()
                    ? Optional.empty()
                    : Optional.of(JSON.readTree(Files.readString(file.get()))
                            .at("/0/targets/0")
                            .asText());
        }
    }

    private void ask(String url) throws IOException, InterruptedException {
        live.add(get(url + "/healthz").statusCode());
        HttpResponse<String> readiness = get(url + "/readyz");
        ready.add(readiness.statusCode());
        JSON.readTree(readiness.body()).path("problems").forEach(problem -> reasons.add(problem.asText()));
        if (readiness.statusCode() == READY) {
            metrics = get(url + "/metrics").body();
        }
    }

    private HttpResponse<String> get(String url) throws IOException, InterruptedException {
        return client.send(HttpRequest.newBuilder(URI.create(url)).build(), HttpResponse.BodyHandlers.ofString());
    }

    /** Statuses of {@code /healthz}. */
    Set<Integer> live() {
        return live;
    }

    /** Statuses of {@code /readyz}. */
    Set<Integer> ready() {
        return ready;
    }

    /** Reasons of {@code /readyz}. */
    Set<String> reasons() {
        return reasons;
    }

    /** The last answer of {@code /metrics} while all roles worked. */
    String metrics() {
        return metrics;
    }

    /** Lines of the last answer with values of a metric. */
    List<String> lines(Metric metric) {
        String name = metric.name().replace('.', '_');
        return metrics.lines()
                .filter(line -> line.matches(name + "(_[a-z]+)?(_total|_count)?\\{.*"))
                .toList();
    }

    /** Sum of a metric's values over its labels, in the last answer. */
    double sum(Metric metric) {
        return lines(metric).stream()
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }
}
