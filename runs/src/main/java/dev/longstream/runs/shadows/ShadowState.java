package dev.longstream.runs.shadows;

import dev.longstream.log.EventLog;
import dev.longstream.log.LogException;
import dev.longstream.log.ShadowsOnLog;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.Map;
import java.util.TreeMap;

/**
 * Progress of a shadow over the answers of its run.
 *
 * @param shadow name of the shadow
 * @param answers number of answers that the run has scored and that are on the log
 * @param scored number of these answers that the shadow has scored, too
 * @param withoutReward number of answers to which the shadow gives no reward
 * @param refused number of records that the shadow could not use
 */
public record ShadowState(String shadow, long answers, long scored, long withoutReward, long refused) {
    private static final Logger LOG = LoggerFactory.getLogger(ShadowState.class);

    /**
     * Returns the state of every shadow on a run's log by name, those included that the configuration no longer names. A shadow
     * that lacks a topic is left out.
     */
    public static Map<String, ShadowState> of(EventLog log) {
        Map<String, ShadowState> states = new TreeMap<>();
        for (String shadow : ShadowsOnLog.of(log)) {
            try (ShadowFollower follower = new ShadowFollower(log, shadow)) {
                states.put(shadow, follower.look());
            } catch (LogException e) {
                LOG.warn("It is not known how far the shadow {} is: {}", shadow, e.getMessage());
            }
        }
        return states;
    }

    /** Returns whether the shadow has scored every answer that the run has scored. */
    public boolean isComplete() {
        return scored >= answers;
    }

    /** Returns the state as a sentence. */
    public String words() {
        return "The shadow " + shadow + " has scored " + scored + " of " + answers + " answers"
                + (withoutReward == 0 ? "" : ", " + withoutReward + " of them without a reward")
                + (refused == 0 ? "" : ", and refused " + refused + " records, which are on dead-letters." + shadow)
                + ".";
    }
}
