package dev.longstream.rewards;

import dev.longstream.record.Question;
import dev.longstream.record.RewardComponent;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs a plug-in safely: an exception or a value that is not finite leaves the answer without a reward. */
final class PlugInReward implements Reward {
    private static final Logger LOG = LoggerFactory.getLogger(PlugInReward.class);

    private final Reward plugIn;

    PlugInReward(Reward plugIn) {
        this.plugIn = plugIn;
    }

    @Override
    public String name() {
        return plugIn.name();
    }

    @Override
    public RewardComponent of(Question question, String text) {
        try {
            RewardComponent component = plugIn.of(question, text);
            Double value = component.getValue();
            return value == null || Double.isFinite(value)
                    ? component
                    : without("returned " + value + ", expected a finite number or null");
        } catch (RuntimeException | LinkageError e) {
            LOG.warn("The reward {} failed on an answer to {}", name(), question.getPromptId(), e);
            return without("failed: " + e);
        }
    }

    private RewardComponent without(String problem) {
        return RewardComponent.newBuilder()
                .setName(name())
                .setReason(Excerpt.of("the reward " + name() + " " + problem))
                .build();
    }
}
