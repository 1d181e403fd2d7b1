package dev.longstream.runs.shadows;

import dev.longstream.failure.WrongUseException;
import dev.longstream.log.EventLog;
import dev.longstream.log.ShadowsOnLog;
import dev.longstream.log.TopicReader;
import dev.longstream.record.Control;
import dev.longstream.record.ControlCommand;
import dev.longstream.record.ForkPoint;
import dev.longstream.record.PromotedReward;
import dev.longstream.record.Verdict;
import dev.longstream.runs.config.PhaseSection;
import dev.longstream.runs.config.ResolvedConfig;
import dev.longstream.runs.config.ShadowSection;
import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/** Makes the command that promotes a shadow, and refuses one that could have no effect or would stop the run. */
public final class PromotionOrder {
    private final ResolvedConfig resolved;
    private final EventLog log;
    private final String shadow;

    /**
     * Creates the order.
     *
     * @param resolved configuration of the run
     * @param log log of the run
     * @param shadow name of the shadow
     */
    public PromotionOrder(ResolvedConfig resolved, EventLog log, String shadow) {
        this.resolved = resolved;
        this.log = log;
        this.shadow = shadow;
    }

    /**
     * Returns the command.
     *
     * @param phase name of the first phase that the shadow's reward scores; null: the next one
     * @throws WrongUseException if the run has no such shadow, the phase has begun or is the first, no phase is left, or the
     *     shadow's judge has given no verdict
     */
    public Control command(@Nullable String phase, String who, String why) {
        ShadowSection section = resolved.config().shadows().get(shadow);
        if (section == null) {
            throw refused("scoring.shadows names no such shadow, expected one of "
                    + resolved.config().shadows().keySet());
        }
        if (!ShadowsOnLog.of(log).contains(shadow)) {
            throw refused("it has scored nothing yet; promote it once "
                    + log.ofShadow(shadow).topics().scored().name() + " has scores");
        }
        PromotedReward reward = new PromotedReward(shadow, resolved.shadowDigest(shadow));
        Shadows.requireDigest(log.ofShadow(shadow), reward.getDigest());
        String first = phase(phase);
        if (section.asksItsJudge()) {
            requireVerdict(section);
        }
        return Control.newBuilder()
                .setCommand(ControlCommand.PROMOTE)
                .setWho(who)
                .setWhy(why)
                .setAt(Instant.now())
                .setConfigDigest(resolved.digest())
                .setPhase(first)
                .setPromoted(reward)
                .build();
    }

    private String phase(@Nullable String wanted) {
        List<String> names = resolved.config().scheduledPhases().stream()
                .map(PhaseSection::name)
                .toList();
        AtomicInteger begun = new AtomicInteger(); // the first phase begins with the run
        TopicReader.readAll(
                log,
                log.topics().assignments(),
                record -> begun.accumulateAndGet(record.value().getPhaseIndex(), Math::max));
        TopicReader.readAll(log, log.topics().control(), record -> {
            if (record.value().getCommand() == ControlCommand.STOP) {
                throw refused("the run was stopped, so that no phase begins any more");
            }
            if (record.value().getFork() != null) {
                begun.accumulateAndGet(newest(record.value().getFork()), Math::max);
            }
        });
        List<String> later = names.subList(Math.min(begun.get() + 1, names.size()), names.size());
        if (later.isEmpty()) {
            throw refused("the last phase, " + names.get(names.size() - 1)
                    + ", has begun, and a shadow is promoted where a phase begins. Start another run with its reward, or"
                    + " fork this one");
        }
        String phase = wanted == null ? later.get(0) : wanted;
        if (!later.contains(phase)) {
            throw refused("phase " + phase
                    + (names.contains(phase) ? " has begun" : " does not exist")
                    + ", expected one that has not begun: " + String.join(", ", later));
        }
        return phase;
    }

    /** Returns the index of the newest phase that had begun in the run that this one continues. */
    private static int newest(ForkPoint fork) {
        int newest = 0;
        for (int phase = 0; phase < fork.getAssigned().size(); phase++) {
            newest = fork.getAssigned().get(phase) > 0 ? phase : newest;
        }
        return newest;
    }

    /** Requires a proof on the log that the judge works: from its promotion on the run waits for its verdicts. */
    private void requireVerdict(ShadowSection section) {
        EventLog own = log.ofShadow(shadow);
        AtomicReference<@Nullable Verdict> newest = new AtomicReference<>();
        TopicReader.readAll(own, own.topics().verdicts(), record -> newest.set(record.value()));
        Verdict verdict = newest.get();
        if (verdict == null || verdict.getScore() == null) {
            throw refused("its judge " + section.judge().name()
                    + (verdict == null ? " has given no verdict" : " gave no verdict last: " + verdict.getFailure())
                    + ", and the run would wait for it; see "
                    + own.topics().verdicts().name());
        }
    }

    private WrongUseException refused(String why) {
        return new WrongUseException(
                "The shadow " + shadow + " of run " + log.topics().run() + " is not promoted: " + why);
    }
}
