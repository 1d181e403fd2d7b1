package dev.longstream.metrics;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Answer of a health check.
 *
 * @param problems sentences that say what is wrong or waited for; empty if nothing is
 * @param roles state of each role of the process, by name
 */
public record HealthReport(List<String> problems, Map<String, String> roles) {
    /** Copies both. */
    public HealthReport {
        problems = List.copyOf(problems);
        roles = new TreeMap<>(roles);
    }

    /** Returns the report as {@code {"status": "ok", "problems": [], "roles": {"scoring": "works"}}}. */
    ObjectNode json() {
        ObjectNode json =
                JsonNodeFactory.instance.objectNode().put("status", problems.isEmpty() ? "ok" : "unavailable");
        problems.forEach(json.putArray("problems")::add);
        ObjectNode states = json.putObject("roles");
        roles.forEach(states::put);
        return json;
    }
}
