package dev.longstream.runs.judges;

import dev.longstream.log.EventLog;
import dev.longstream.log.Role;
import dev.longstream.log.WorkQueue;
import dev.longstream.producers.verdicts.JudgeListener;
import dev.longstream.producers.verdicts.JudgeWorker;
import dev.longstream.record.JudgeRequest;
import dev.longstream.runs.config.JudgeSection;
import org.jspecify.annotations.Nullable;

import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Runs the judge's worker as a role. If the judge is a model folder, the role also serves this model inside the process, on a
 * local port.
 */
public final class JudgeRole implements Role {
    private final EventLog log;
    private final JudgeSection section;
    private final Map<String, String> environment;
    private final JudgeListener listener;
    // volatile: the judge of a shadow starts on a thread of its own
    private volatile @Nullable OpenJudge judge;
    private volatile @Nullable JudgeWorker worker;
    private WorkQueue queue;
    private Predicate<JudgeRequest> ofOthers = request -> false;

    /**
     * Creates the role; {@link #start()} opens the judge.
     *
     * @param log log of the run
     * @param section configuration of the judge
     * @param environment environment variables, among them the judge's API key
     * @param listener hears of the judge's replies
     */
    public JudgeRole(EventLog log, JudgeSection section, Map<String, String> environment, JudgeListener listener) {
        this.log = log;
        this.section = section;
        this.environment = environment;
        this.listener = listener;
        this.queue = log.topics().judgeQueue();
    }

    /** Lets several judges share the requests of a run, as {@link JudgeWorker#sharing} says. */
    JudgeRole sharing(WorkQueue own, Predicate<JudgeRequest> others) {
        queue = own;
        ofOthers = others;
        return this;
    }

    @Override
    public String name() {
        return "judge";
    }

    @Override
    public void start() {
        judge = OpenJudge.open(section, environment);
        worker = new JudgeWorker(
                        log,
                        judge.endpoint(),
                        section.worker(),
                        Judges.rubric(section),
                        InstantSource.system(),
                        listener)
                .sharing(queue, ofOthers);
        worker.start();
    }

    @Override
    public boolean finished() {
        return false;
    }

    @Override
    public long restarts() {
        return worker == null ? 0 : worker.restarts();
    }

    @Override
    public Optional<String> waitsFor() {
        return worker == null ? Optional.empty() : worker.waitsFor();
    }

    @Override
    public Optional<Throwable> failure() {
        Optional<Throwable> served = judge == null ? Optional.empty() : judge.failure();
        return served.isPresent() || worker == null ? served : worker.failure();
    }

    @Override
    public void close() {
        if (worker != null) {
            worker.close();
        }
        if (judge != null) {
            judge.close();
        }
    }
}
