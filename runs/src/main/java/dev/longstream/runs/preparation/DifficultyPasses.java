package dev.longstream.runs.preparation;

import dev.longstream.failure.UnusableInputException;
import dev.longstream.log.EventLog;
import dev.longstream.log.TopicReader;
import dev.longstream.runs.config.PhaseSection;
import dev.longstream.runs.config.RunConfig;
import dev.longstream.streams.curriculum.PhaseEnd;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Finds the complete difficulty passes on the log, and requires those that phases choose questions by. */
public final class DifficultyPasses {
    private DifficultyPasses() {}

    /** Returns the names of the passes that have measured all of their questions. */
    public static Set<String> complete(EventLog log) {
        Set<String> complete = new HashSet<>();
        TopicReader.readAll(log, log.topics().difficulty(), record -> {
            if (record.value().getPromptId().isEmpty()) { // the last record of a pass
                complete.add(String.valueOf(record.value().getScoredBy()));
            }
        });
        return complete;
    }

    /**
     * Requires a complete pass on the log for each phase that chooses questions by a pass which the run does not make itself.
     * Without it the phase would wait for ever.
     *
     * @throws UnusableInputException if a pass is missing or not complete
     */
    static void require(RunConfig config, EventLog log) {
        List<PhaseSection> phases = config.scheduledPhases();
        if (phases.stream().allMatch(phase -> phase.prompts().difficultyOf() == null)) {
            return;
        }
        Set<String> complete = complete(log);
        Set<String> own = new HashSet<>();
        for (PhaseSection phase : phases) {
            String pass = phase.prompts().difficultyOf();
            if (pass != null && phase.prompts().usesRewards() && !own.contains(pass) && !complete.contains(pass)) {
                throw new UnusableInputException(
                        "Phase '" + phase.name() + "' chooses questions by difficulty-of: " + pass
                                + ", and " + log.topics().difficulty().name()
                                + " has no complete pass of this name. Measure it with"
                                + " 'longstream difficulty --run " + config.run() + " --as " + pass
                                + "', or let the run measure"
                                + " it: difficulty-samples of an earlier phase NAME makes the pass end-of-NAME");
            }
            if (phase.end().difficultySamples() != null) {
                own.add(PhaseEnd.pass(phase.name()));
            }
        }
    }
}
