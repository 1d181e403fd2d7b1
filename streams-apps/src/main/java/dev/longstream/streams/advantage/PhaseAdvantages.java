package dev.longstream.streams.advantage;

import java.util.List;

/**
 * Settings of the advantage in each phase of the curriculum.
 *
 * @param otherwise for phases that {@code phases} does not list, which a replay may meet
 * @param phases by index of the phase
 */
public record PhaseAdvantages(AdvantageConfig otherwise, List<AdvantageConfig> phases) {
    public PhaseAdvantages {
        phases = List.copyOf(phases);
    }

    /** Creates a setting that is equal in every phase. */
    public static PhaseAdvantages always(AdvantageConfig config) {
        return new PhaseAdvantages(config, List.of());
    }

    /** Returns the setting of a phase. */
    public AdvantageConfig of(int phaseIndex) {
        return phaseIndex < phases.size() ? phases.get(phaseIndex) : otherwise;
    }
}
