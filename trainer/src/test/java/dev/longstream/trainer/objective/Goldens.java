package dev.longstream.trainer.objective;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/** Reads the set {@code objectives} of golden vectors, and compares by its README's rule. */
final class Goldens {
    private Goldens() {}

    /** The cases of a file; skips the test, saying so, where there is none. */
    static List<JsonNode> cases(String name) throws IOException {
        Path file = Path.of(System.getProperty("longstream.goldens", "../../shared/goldens"), "objectives", name);
        assumeTrue(Files.exists(file), () -> "golden objectives/" + name + " is not there: " + file);
        List<JsonNode> cases = new ArrayList<>();
        new ObjectMapper().readTree(file.toFile()).path("cases").forEach(cases::add);
        return cases;
    }

    static double[][] ragged(JsonNode rows) {
        double[][] values = new double[rows.size()][];
        for (int row = 0; row < values.length; row++) {
            values[row] = numbers(rows.get(row));
        }
        return values;
    }

    static double[] numbers(JsonNode row) {
        double[] values = new double[row.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = number(row.get(i));
        }
        return values;
    }

    /** JSON has no NaN and no infinity: they are strings. Absent is NaN. */
    static double number(JsonNode value) {
        return value.isNull() ? Double.NaN : value.isTextual() ? Double.parseDouble(value.asText()) : value.asDouble();
    }

    /** |a − b| ≤ absolute + relative · max|expected|, the maximum over the whole array. */
    static void compare(JsonNode golden, String what, double[][] found, double[][] expected) {
        double largest = 0;
        for (double[] row : expected) {
            for (double value : row) {
                largest = Math.max(largest, Math.abs(value));
            }
        }
        double allowed = golden.path("tolerance").path("absolute").asDouble()
                + golden.path("tolerance").path("relative").asDouble() * largest;
        assertThat(found.length)
                .as("%s: rows of %s", golden.path("id").asText(), what)
                .isEqualTo(expected.length);
        for (int row = 0; row < expected.length; row++) {
            assertThat(found[row].length).isEqualTo(expected[row].length);
            for (int i = 0; i < expected[row].length; i++) {
                assertThat(Math.abs(found[row][i] - expected[row][i]))
                        .as(
                                "%s: %s [%d][%d] is %s, expected %s",
                                golden.path("id").asText(), what, row, i, found[row][i], expected[row][i])
                        .isLessThanOrEqualTo(allowed);
            }
        }
    }

    static void compare(JsonNode golden, String what, double found, JsonNode expected) {
        compare(golden, what, new double[][] {{found}}, new double[][] {{number(expected)}});
    }

    static double largestDifference(double[][] found, double[][] expected) {
        double largest = 0;
        for (int row = 0; row < expected.length; row++) {
            for (int i = 0; i < expected[row].length; i++) {
                largest = Math.max(largest, Math.abs(found[row][i] - expected[row][i]));
            }
        }
        return largest;
    }

    /** Counts the cases of a set that agree, and says so in one line; fails if one does not. */
    static final class Tally {
        private final String set;
        private final List<String> differences = new ArrayList<>();
        private int read;

        Tally(String set) {
            this.set = set;
        }

        void check(JsonNode golden, Runnable comparison) {
            read++;
            try {
                comparison.run();
            } catch (AssertionError e) {
                differences.add(golden.path("id").asText() + ": " + e.getMessage());
            }
        }

        @SuppressWarnings("SystemOut") // the line is what golden tests leave in the build's log
        void report(int expected) {
            System.out.printf("golden %s: %d read, %d agree%n", set, read, read - differences.size());
            assertThat(differences).isEmpty();
            assertThat(read).as("cases of %s", set).isEqualTo(expected);
        }
    }
}
