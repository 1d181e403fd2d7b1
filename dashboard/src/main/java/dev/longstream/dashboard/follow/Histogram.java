package dev.longstream.dashboard.follow;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;

import java.util.Map;
import java.util.TreeMap;

/** Counts of values by bin. Bins without values take no memory. Not thread-safe. */
final class Histogram {
    private final Map<Integer, Long> counts = new TreeMap<>();

    void add(int bin) {
        counts.merge(bin, 1L, Long::sum);
    }

    void add(Histogram other) {
        other.counts.forEach((bin, count) -> counts.merge(bin, count, Long::sum));
    }

    /** Returns triples of the lower bound, the upper bound and the count of each bin that has values, ascending. */
    ArrayNode json(Bins bins) {
        ArrayNode list = JsonNodeFactory.instance.arrayNode();
        counts.forEach((bin, count) ->
                list.addArray().add(bins.lower(bin)).add(bins.lower(bin + 1)).add(count));
        return list;
    }
}
