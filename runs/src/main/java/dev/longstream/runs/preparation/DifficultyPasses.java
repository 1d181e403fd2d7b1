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

/** Checks that the difficulties that phases choose by are measured, or will be. */
final class DifficultyPasses {
    private DifficultyPasses() {}

    /**
     * Requires a complete pass on the log for each phase that names one which the run does not make itself. Without it the phase
     * would wait for ever.
     *
     * @throws UnusableInputException if a pass is missing or not complete
     */
    static void require(RunConfig config, EventLog log) {
        Set<String> own = new HashSet<>();
        Set<String> complete = new HashSet<>();
        List<PhaseSection> phases = config.scheduledPhases();
        if (phases.stream().allMatch(phase -> phase.prompts().difficultyOf() == null)) {
            return;
        }
        TopicReader.readAll(log, log.topics().difficulty(), record -> {
            if (record.value().getPromptId().isEmpty()) {
                complete.add(String.valueOf(record.value().getScoredBy()));
            }
        });
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
