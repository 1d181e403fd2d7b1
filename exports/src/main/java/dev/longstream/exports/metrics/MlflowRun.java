package dev.longstream.exports.metrics;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.longstream.failure.WrongUseException;
import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A run of MLflow that has the metrics of a run of Longstream. A second export continues the MLflow run of the first: a tag
 * names the run of Longstream, and values that MLflow has are not sent again.
 */
public final class MlflowRun implements MetricSink {
    private static final String TAG = "longstream.run";
    /** Limits of MLflow's {@code log-batch}. */
    private static final int MAX_METRICS = 1000;

    private static final int MAX_PARAMETERS = 100;
    private static final int MAX_PARAMETER_LENGTH = 6000;

    /**
     * A run of Longstream.
     *
     * @param name name of the run
     * @param begun time at which it was started, which tells runs of one name apart
     * @param settings configuration by key
     */
    public record ExportedRun(String name, Instant begun, Map<String, String> settings) {
        /** Copies the settings. */
        public ExportedRun {
            settings = Map.copyOf(settings);
        }
    }

    private final MlflowServer server;
    private final String runId;
    private final Map<String, Long> sent = new HashMap<>();
    private final List<MetricPoint> waiting = new ArrayList<>();

    /**
     * Finds the MLflow run of an earlier export, or creates one with the settings as its parameters.
     *
     * @param experiment name of MLflow's experiment, which is created if it does not exist
     * @throws WrongUseException if the name has an apostrophe, which MLflow's search cannot express
     */
    public MlflowRun(MlflowServer server, String experiment, ExportedRun run) {
        if (experiment.contains("'")) {
            throw new WrongUseException("--experiment is \"" + experiment + "\", must have no apostrophe");
        }
        this.server = server;
        String tag = run.name() + " " + run.begun();
        String experimentId = experimentId(experiment);
        JsonNode found = search("runs/search", "tags.\"" + TAG + "\" = '" + tag + "'", experimentId)
                .path("runs")
                .path(0);
        if (found.isMissingNode()) {
            this.runId = create(experimentId, tag, run);
        } else {
            this.runId = found.path("info").path("run_id").asText();
            found.path("data")
                    .path("metrics")
                    .forEach(metric -> sent.put(
                            metric.path("key").asText(), metric.path("step").asLong()));
        }
    }

    private String experimentId(String experiment) {
        JsonNode found = search("experiments/search", "name = '" + experiment + "'", null)
                .path("experiments")
                .path(0);
        JsonNode known = found.isMissingNode()
                ? server.ask("experiments/create", MlflowServer.request().put("name", experiment))
                : found;
        return known.path("experiment_id").asText();
    }

    private JsonNode search(String path, String filter, @Nullable String experimentId) {
        ObjectNode request = MlflowServer.request().put("filter", filter).put("max_results", 1);
        if (experimentId != null) {
            request.putArray("experiment_ids").add(experimentId);
        }
        return server.ask(path, request);
    }

    private String create(String experimentId, String tag, ExportedRun run) {
        ObjectNode request = MlflowServer.request()
                .put("experiment_id", experimentId)
                .put("run_name", run.name())
                .put("start_time", run.begun().toEpochMilli());
        request.putArray("tags").addObject().put("key", TAG).put("value", tag);
        String created = server.ask("runs/create", request)
                .path("run")
                .path("info")
                .path("run_id")
                .asText();
        List<Map.Entry<String, String>> settings = run.settings().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .toList();
        for (int from = 0; from < settings.size(); from += MAX_PARAMETERS) {
            ObjectNode batch = MlflowServer.request().put("run_id", created);
            ArrayNode parameters = batch.putArray("params");
            for (Map.Entry<String, String> setting :
                    settings.subList(from, Math.min(settings.size(), from + MAX_PARAMETERS))) {
                String value = setting.getValue();
                parameters
                        .addObject()
                        .put("key", setting.getKey())
                        .put("value", value.substring(0, Math.min(value.length(), MAX_PARAMETER_LENGTH)));
            }
            server.ask("runs/log-batch", batch);
        }
        return created;
    }

    @Override
    public void add(List<MetricPoint> points) {
        for (MetricPoint point : points) {
            Long last = sent.get(point.name());
            if (last == null || point.step() > last) {
                waiting.add(point);
            }
        }
        if (waiting.size() >= MAX_METRICS) {
            flush();
        }
    }

    @Override
    public void flush() {
        while (!waiting.isEmpty()) {
            List<MetricPoint> batch = waiting.subList(0, Math.min(waiting.size(), MAX_METRICS));
            ObjectNode request = MlflowServer.request().put("run_id", runId);
            ArrayNode metrics = request.putArray("metrics");
            for (MetricPoint point : batch) {
                ObjectNode metric = metrics.addObject().put("key", point.name()).put("timestamp", point.at());
                if (Double.isFinite(point.value())) {
                    metric.put("value", point.value());
                } else {
                    metric.put("value", Double.toString(point.value()));
                }
                metric.put("step", point.step());
            }
            server.ask("runs/log-batch", request);
            batch.clear();
        }
    }

    /** Marks the MLflow run as finished, or as under way. */
    public void mark(boolean finished) {
        server.ask(
                "runs/update",
                MlflowServer.request().put("run_id", runId).put("status", finished ? "FINISHED" : "RUNNING"));
    }

    /** Returns MLflow's id of the run. */
    public String runId() {
        return runId;
    }

    /** Does nothing; the server is the caller's. */
    @Override
    public void close() {}
}
