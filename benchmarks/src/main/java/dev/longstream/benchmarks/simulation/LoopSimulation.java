package dev.longstream.benchmarks.simulation;

import dev.longstream.benchmarks.simulation.ScheduleFigures.GroupFates;
import dev.longstream.benchmarks.simulation.ScheduleFigures.IdleShares;
import dev.longstream.benchmarks.simulation.ScheduleFigures.TrainedLengths;
import dev.longstream.record.Batch;
import dev.longstream.record.BatchGroup;
import dev.longstream.record.Group;
import dev.longstream.record.GroupVerdict;
import dev.longstream.streams.curriculum.AdmissionCount;
import dev.longstream.streams.curriculum.AdmissionCount.AdmittedGroup;
import dev.longstream.streams.curriculum.CurriculumConfig;
import dev.longstream.streams.curriculum.InputLength;
import dev.longstream.streams.curriculum.Phase;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/**
 * One run in virtual time. A function of its arguments: a second simulation gives equal figures.
 *
 * <p>The rules of a real run decide: {@link AdmissionCount} admits groups, {@code LeaseRule} and {@code SamplingVersion} say what
 * a worker takes and when it may decode, {@code CompleteGroup} rejects groups whose rewards are equal, and {@code BatchPlan}
 * fills batches. Only the time that work takes is made up.
 */
public final class LoopSimulation {
    /** Name of the only phase. */
    static final String PHASE = "simulated";

    private final SimulatedLoad load;
    private final DeviceSpeed speed;
    private final SchedulingPolicy policy;
    private final int maxStaleness;
    private final VirtualTime time = new VirtualTime();
    private final AdmissionCount admission;
    private final BatchQueue batches;
    private final List<SimulatedWorker> workers = new ArrayList<>();
    private final Deque<SimulatedGroup> assignments = new ArrayDeque<>();
    private final Map<Long, SimulatedGroup> open = new HashMap<>();
    private final List<Double> trainedMeans = new ArrayList<>();
    private long version;
    private boolean training;
    private double trainingSeconds;
    private long sampledGroups;
    private long sampledTokens;
    private long uniformGroups;
    private long oldGroups;
    private long maxAge;
    private long sumOfAges;

    private LoopSimulation(SimulatedLoad load, DeviceSpeed speed, SchedulingPolicy policy, int maxStaleness) {
        this.load = load;
        this.speed = speed;
        this.policy = policy;
        this.maxStaleness = maxStaleness;
        int maxTokens = load.tail().maxTokens();
        Phase phase = new Phase(PHASE, 0, load.promptTokens(), load.steps(), 1, 1, 0, maxTokens);
        this.admission = new AdmissionCount(new CurriculumConfig(
                List.of(phase),
                load.batchSize(),
                load.groupSize(),
                maxStaleness,
                InputLength.TEMPLATED,
                "held-out",
                load.seed()));
        this.batches = new BatchQueue(load.batchSize(), policy, maxStaleness);
    }

    /**
     * Simulates a run to its last gradient step.
     *
     * @param maxStaleness bound of admission, in gradient steps; 0 where devices take turns
     */
    public static ScheduleFigures run(
            SimulatedLoad load, DeviceSpeed speed, SchedulingPolicy policy, int maxStaleness) {
        LoopSimulation simulation = new LoopSimulation(load, speed, policy, maxStaleness);
        int workers = policy == SchedulingPolicy.IN_TURNS
                ? load.devices().all()
                : load.devices().workers();
        for (int worker = 0; worker < workers; worker++) {
            simulation.workers.add(new SimulatedWorker(simulation, simulation.time, speed, load.rollouts()));
        }
        simulation.assign();
        while (simulation.version < load.steps()) {
            if (!simulation.time.runNext()) {
                throw new IllegalStateException("Nothing can happen any more after step " + simulation.version + " of "
                        + load.steps() + " with policy " + policy);
            }
        }
        return simulation.figures();
    }

    SimulatedLoad load() {
        return load;
    }

    long newestVersion() {
        return version;
    }

    boolean hasAssignment() {
        return !assignments.isEmpty();
    }

    SimulatedGroup takeAssignment() {
        return assignments.remove();
    }

    private void assign() {
        for (Optional<AdmittedGroup> next = admission.next(); next.isPresent(); next = admission.next()) {
            SimulatedGroup group = new SimulatedGroup(next.get(), load);
            open.put(group.admitted().ordinal(), group);
            assignments.add(group);
        }
        workers.forEach(SimulatedWorker::wake);
    }

    /** Takes a group whose answers are all sampled. */
    void sampled(SimulatedGroup group) {
        sampledGroups++;
        sampledTokens += group.tokens();
        time.after(speed.stages(), () -> collect(group));
    }

    private void collect(SimulatedGroup sampled) {
        Group group = sampled.record();
        batches.add(group);
        if (group.getVerdict() != GroupVerdict.TRAINABLE) {
            uniformGroups++;
            reject(group.getOrdinal());
        }
        trainNext();
    }

    private void reject(long ordinal) {
        admission.rejected(Objects.requireNonNull(open.remove(ordinal)).admitted());
        assign();
    }

    private void trainNext() {
        if (training) {
            return;
        }
        Optional<Batch> next = batches.next(ordinal -> {
            oldGroups++;
            reject(ordinal);
        });
        if (next.isEmpty()) {
            return;
        }
        Batch batch = next.get();
        long prompts =
                batch.getGroups().stream().mapToLong(BatchGroup::getInputTokens).sum();
        int devices = policy == SchedulingPolicy.IN_TURNS
                ? load.devices().all()
                : load.devices().trainers();
        double seconds = speed.trainStep() + (prompts + batch.getCompletionTokens()) * speed.trainToken() / devices;
        training = true;
        trainingSeconds += seconds;
        note(batch);
        time.after(seconds, () -> finishStep(batch));
    }

    private void note(Batch batch) {
        trainedMeans.add((double) batch.getCompletionTokens() / load.batchSize() / load.groupSize());
        for (BatchGroup group : batch.getGroups()) {
            SimulatedGroup trained = Objects.requireNonNull(open.remove(group.getOrdinal()));
            long age = batch.getBatch() - trained.oldestVersion();
            maxAge = Math.max(maxAge, age);
            sumOfAges += age;
        }
    }

    private void finishStep(Batch batch) {
        training = false;
        version = batch.getBatch() + 1;
        admission.trained(version);
        assign();
        trainNext();
    }

    private ScheduleFigures figures() {
        double seconds = time.now();
        long trained = (long) load.steps() * load.batchSize();
        double sampling = ofWorkers(SimulatedWorker::samplingSeconds);
        double loading = ofWorkers(SimulatedWorker::loadingSeconds);
        double workersBusy = sampling + loading;
        if (policy == SchedulingPolicy.IN_TURNS) { // the workers are the trainers, too
            workersBusy += trainingSeconds * workers.size();
        }
        double all = seconds * workers.size();
        return new ScheduleFigures(
                policy,
                maxStaleness,
                seconds,
                60 * trained / seconds,
                new IdleShares(
                        1 - trainingSeconds / seconds,
                        1 - workersBusy / all,
                        loading / all,
                        ofWorkers(SimulatedWorker::rowSeconds)
                                / all
                                / load.rollouts().rows()),
                new GroupFates(sampledGroups, trained, uniformGroups, oldGroups),
                new TrainedLengths(
                        (double) sampledTokens / sampledGroups / load.groupSize(), List.copyOf(trainedMeans)),
                maxAge,
                (double) sumOfAges / trained);
    }

    private double ofWorkers(ToDoubleFunction<SimulatedWorker> part) {
        return workers.stream().mapToDouble(part).sum();
    }
}
