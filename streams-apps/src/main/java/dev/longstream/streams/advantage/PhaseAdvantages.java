package dev.longstream.streams.advantage;

import java.util.List;

/**
 * How rewards become advantages, by phase of the curriculum.
 *
 * @param otherwise in a phase that {@code phases} does not name, as a replay may meet
 * @param phases by index of the phase
 */
public record PhaseAdvantages(AdvantageConfig otherwise, List<AdvantageConfig> phases) {
    public PhaseAdvantages {
        phases = List.copyOf(phases);
    }

    /** The same in every phase. */
    public static PhaseAdvantages always(AdvantageConfig config) {
        return new PhaseAdvantages(config, List.of());
    }

    public AdvantageConfig of(int phaseIndex) {
        return phaseIndex < phases.size() ? phases.get(phaseIndex) : otherwise;
    }
}
