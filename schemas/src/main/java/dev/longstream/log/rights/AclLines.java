package dev.longstream.log.rights;

import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.resource.PatternType;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** Writes rights as command lines of {@code kafka-acls.sh}, which comes with every Kafka distribution. */
public final class AclLines {
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_.:,=@%+/-]+");

    private AclLines() {}

    /** Resources that share a line: they differ by name alone. */
    private record Line(String option, boolean prefixed, Set<AclOperation> operations) {}

    /**
     * Returns the lines that grant rights to a principal, one for each set of operations.
     *
     * @param command program with the options for its connection, e.g. {@code kafka-acls.sh --bootstrap-server broker:9092}
     * @param principal user as the broker's authorizer names it, e.g. {@code User:rollouts}
     */
    public static List<String> grant(String command, String principal, List<Right> rights) {
        Map<Line, List<String>> names = new LinkedHashMap<>();
        for (Right right : rights) {
            Line line = new Line(option(right), prefixed(right), right.operations());
            names.computeIfAbsent(line, key -> new ArrayList<>()).add(right.name());
        }
        List<String> lines = new ArrayList<>();
        names.forEach((line, named) -> {
            StringBuilder text = new StringBuilder(command)
                    .append(" --add --allow-principal ")
                    .append(quoted(principal));
            line.operations().forEach(operation -> text.append(" --operation ").append(word(operation)));
            if (line.prefixed()) {
                text.append(" --resource-pattern-type prefixed");
            }
            named.forEach(
                    name -> text.append(' ').append(line.option()).append(' ').append(quoted(name)));
            lines.add(text.toString());
        });
        return lines;
    }

    private static boolean prefixed(Right right) {
        return right.pattern() == PatternType.PREFIXED;
    }

    private static String option(Right right) {
        return "--" + right.type().name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Returns an operation as {@code kafka-acls.sh} spells it, e.g. {@code DescribeConfigs}. */
    private static String word(AclOperation operation) {
        StringBuilder word = new StringBuilder();
        for (String part : operation.name().split("_", -1)) {
            word.append(part.charAt(0)).append(part.substring(1).toLowerCase(Locale.ROOT));
        }
        return word.toString();
    }

    /** Returns a word as the shell reads it. */
    public static String quoted(String word) {
        return PLAIN.matcher(word).matches() ? word : "'" + word.replace("'", "'\\''") + "'";
    }
}
