package dev.longstream.rewards;

import dev.longstream.record.Question;
import dev.longstream.record.RewardComponent;
import dev.longstream.rewards.rules.CitationSettings;
import dev.longstream.rewards.rules.Citations;
import dev.longstream.rewards.rules.ComponentSettings;
import dev.longstream.rewards.rules.LengthSettings;
import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** Computes the components of a reward beside the answer itself (format, citation, length) and their weighted sum. */
final class Components {
    static final String FORMAT = "format";
    static final String CITATION = "citation";
    static final String LENGTH = "length";

    private final ComponentSettings settings;
    private final boolean thinkingExpected;
    private final @Nullable Pattern format;
    private final @Nullable Pattern citation;

    Components(ComponentSettings settings, boolean thinkingExpected) {
        this.settings = settings;
        this.thinkingExpected = thinkingExpected;
        this.format = compiled(settings.format().pattern());
        this.citation = compiled(settings.citation().pattern());
    }

    private static @Nullable Pattern compiled(@Nullable String pattern) {
        return pattern == null ? null : Pattern.compile(pattern, Pattern.DOTALL);
    }

    /**
     * Computes the components that the configuration switches on.
     *
     * @param tokens length of the completion in tokens
     */
    List<RewardComponent> of(Question question, String text, int tokens) {
        List<RewardComponent> parts = new ArrayList<>();
        if (format != null) {
            boolean found = format.matcher(new LimitedText(text)).find();
            parts.add(part(
                    FORMAT, found ? 1.0 : 0.0, null, found ? "matches the pattern" : "does not match the pattern"));
        }
        if (citation != null) {
            parts.add(cited(question, Citations.in(text, citation, thinkingExpected, LimitedText::new)));
        }
        LengthSettings length = settings.length();
        if (length.weight() > 0) {
            double over = (double) (tokens - length.from()) / (length.to() - length.from());
            parts.add(part(LENGTH, 0 - Math.max(0, Math.min(1, over)), null, tokens + " tokens"));
        }
        return parts;
    }

    private RewardComponent cited(Question question, Set<String> ids) {
        List<String> gold = question.getEvidence();
        String cited = ids.isEmpty() ? null : String.join(", ", ids);
        if (gold == null || gold.isEmpty()) {
            return part(CITATION, null, cited, "it is not known which passages hold the answer");
        }
        double f = Citations.fBeta(ids, gold, settings.citation().beta());
        return part(CITATION, f, cited, "the answer is in " + String.join(", ", gold));
    }

    /** Adds the weighted components to the answer's reward; a component without a value adds nothing. */
    double total(double answer, List<RewardComponent> parts) {
        double total = answer;
        for (RewardComponent part : parts) {
            Double value = part.getValue();
            if (value != null) {
                total += weight(part.getName(), answer) * value;
            }
        }
        return total;
    }

    private double weight(String name, double answer) {
        CitationSettings citations = settings.citation();
        return switch (name) {
            case FORMAT -> settings.format().weight();
            case CITATION -> citations.weight() + citations.withAnswer() * answer;
            case LENGTH -> settings.length().weight();
            default -> 0; // the answer's own component is already in the total
        };
    }

    private static RewardComponent part(
            String name, @Nullable Double value, @Nullable String extracted, String reason) {
        return RewardComponent.newBuilder()
                .setName(name)
                .setValue(value)
                .setExtracted(Excerpt.ofNullable(extracted))
                .setReason(Excerpt.of(reason))
                .build();
    }
}
