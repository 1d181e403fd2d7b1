package dev.longstream.dashboard;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.longstream.dashboard.trace.TraceReader;
import dev.longstream.failure.WrongUseException;
import dev.longstream.http.HttpAnswer;
import dev.longstream.http.IncomingRequest;
import dev.longstream.http.RouteTable;

import java.util.function.BiFunction;

/** Routes of single records: {@code /api/runs/RUN/step/12} and the like. */
final class TraceRoutes {
    private static final int ID_IN_PATH = 4;

    private final RunRoutes runs;

    TraceRoutes(RunRoutes runs) {
        this.runs = runs;
    }

    void addTo(RouteTable routes) {
        add(routes, "step", (trace, id) -> trace.step(number(id)));
        add(routes, "group", TraceReader::group);
        add(routes, "answer", TraceReader::answer);
        add(routes, "prompt", TraceReader::prompt);
        add(routes, "version", (trace, id) -> trace.version(number(id)));
        add(routes, "document", TraceReader::document);
    }

    private void add(RouteTable routes, String kind, BiFunction<TraceReader, String, ObjectNode> find) {
        routes.add("GET", "/api/runs/*/" + kind + "/*", request -> answer(request, find));
    }

    private HttpAnswer answer(IncomingRequest request, BiFunction<TraceReader, String, ObjectNode> find)
            throws InterruptedException {
        TraceReader trace = runs.run(request).trace();
        try {
            return new HttpAnswer.JsonAnswer(find.apply(trace, request.path().get(ID_IN_PATH)));
        } catch (WrongUseException e) {
            throw DashboardError.notFound(String.valueOf(e.getMessage()));
        }
    }

    private static long number(String id) {
        try {
            return Long.parseLong(id);
        } catch (NumberFormatException e) {
            throw DashboardError.badRequest("'" + id + "' is no version, expected a whole number");
        }
    }
}
