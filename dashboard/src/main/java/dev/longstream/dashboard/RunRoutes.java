package dev.longstream.dashboard;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.longstream.dashboard.follow.BackgroundRead;
import dev.longstream.dashboard.follow.FollowedRun;
import dev.longstream.http.HttpAnswer;
import dev.longstream.http.IncomingRequest;
import dev.longstream.http.RouteTable;
import dev.longstream.runs.audit.Ledger;
import dev.longstream.runs.difference.RunDifference;
import dev.longstream.runs.report.Dynamics;
import dev.longstream.runs.report.LedgerReport;

import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Routes of the figures of runs: {@code /api/runs} and below. */
final class RunRoutes {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int RUN_IN_PATH = 2;

    private final OpenRuns runs;
    private final InstantSource clock;

    RunRoutes(OpenRuns runs, InstantSource clock) {
        this.runs = runs;
        this.clock = clock;
    }

    void addTo(RouteTable routes) {
        routes.add("GET", "/api/compare/*/*", this::compare);
        routes.add("GET", "/api/runs", request -> list())
                .add("GET", "/api/runs/*", this::summary)
                .add("GET", "/api/runs/*/curves", this::curves)
                .add("GET", "/api/runs/*/distributions", this::distributions)
                .add(
                        "GET",
                        "/api/runs/*/curriculum",
                        request -> json(figures(request).curriculum()))
                .add("GET", "/api/runs/*/ledger", this::ledger);
    }

    private HttpAnswer list() throws InterruptedException {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        ArrayNode names = json.putArray("runs");
        runs.names().forEach(names::add);
        ArrayNode first = json.putArray("first");
        runs.first().forEach(first::add);
        return json(json);
    }

    private HttpAnswer compare(IncomingRequest request) throws InterruptedException {
        List<String> path = request.path();
        OpenRun one = runs.get(path.get(RUN_IN_PATH));
        OpenRun other = runs.get(path.get(RUN_IN_PATH + 1));
        Optional<List<String>> settings = runs.settings(
                one.follower().facts().name(), other.follower().facts().name());
        ObjectNode json = JsonNodeFactory.instance.objectNode().put("known", settings.isPresent());
        ArrayNode lines = json.putArray("settings");
        settings.ifPresent(found -> found.forEach(lines::add));
        BackgroundRead<RunDifference> records = runs.records(one, other);
        records.newest().ifPresent(newest -> json.set("records", JSON.valueToTree(newest.value())));
        return json(json.put("problem", records.problem()));
    }

    /** Returns the run that a request's path names. */
    OpenRun run(IncomingRequest request) throws InterruptedException {
        return runs.get(request.path().get(RUN_IN_PATH));
    }

    /** Returns the figures of the run that a request's path names. */
    FollowedRun figures(IncomingRequest request) throws InterruptedException {
        return run(request).figures();
    }

    private HttpAnswer summary(IncomingRequest request) throws InterruptedException {
        OpenRun run = run(request);
        ObjectNode summary = run.known()
                .map(figures -> figures.summary(clock.millis()))
                .orElseGet(() -> JsonNodeFactory.instance.objectNode().put("state", "reading"));
        return json(summary.put("problem", run.follower().problem()).put("now", clock.millis()));
    }

    private HttpAnswer curves(IncomingRequest request) throws InterruptedException {
        FollowedRun figures = figures(request);
        if (number(request, "revision", -1) == figures.revision()) {
            return json(JsonNodeFactory.instance.objectNode().put("unchanged", true));
        }
        return json(figures.curves(by(request), number(request, "after", Long.MIN_VALUE)));
    }

    private static Dynamics.By by(IncomingRequest request) {
        String by = request.query().getOrDefault("by", "run");
        try {
            return Dynamics.By.valueOf(by.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw DashboardError.badRequest("by is '" + by + "', expected run, phase or length");
        }
    }

    private HttpAnswer distributions(IncomingRequest request) throws InterruptedException {
        return json(figures(request)
                .distributions(number(request, "from", Long.MIN_VALUE), number(request, "to", Long.MAX_VALUE)));
    }

    private HttpAnswer ledger(IncomingRequest request) throws InterruptedException {
        BackgroundRead<Ledger> ledger = run(request).ledger();
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        ledger.newest().ifPresent(newest -> {
            json.set("ledger", JSON.valueToTree(LedgerReport.of(newest.value())));
            json.put("at", newest.at().toEpochMilli());
        });
        return json(json.put("problem", ledger.problem()));
    }

    /** Returns a number of a request's query. */
    private static long number(IncomingRequest request, String name, long otherwise) {
        String text = request.query().get(name);
        if (text == null) {
            return otherwise;
        }
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw DashboardError.badRequest(name + " is '" + text + "', expected a whole number");
        }
    }

    private static HttpAnswer json(ObjectNode body) {
        return new HttpAnswer.JsonAnswer(body);
    }
}
