package dev.longstream.runs.preparation;

import dev.longstream.policy.folder.AdapterConfig;
import dev.longstream.policy.folder.ModelConfig;
import dev.longstream.runs.config.ModelFolder;
import dev.longstream.runs.config.PhaseSection;
import dev.longstream.runs.config.RetentionSection;
import dev.longstream.runs.config.RunConfig;
import dev.longstream.runs.fork.Fork;
import dev.longstream.trainer.checkpoint.AnnouncedFormat;
import dev.longstream.trainer.loop.ReferencePolicy;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Disk space that a run needs at most, estimated before it starts: every answer is counted as long as it may be, and nothing as
 * compressed.
 *
 * @param stepBytes bytes that the largest gradient step adds to the log
 * @param logBytes bytes of the log at the end, or at most if its start is removed
 * @param checkpointBytes bytes of a complete checkpoint, which is written beside those that are kept
 * @param checkpointsBytes bytes of all checkpoints and weights at the end
 */
public record DiskPlan(long stepBytes, long logBytes, long checkpointBytes, long checkpointsBytes) {
    private static final double MEBIBYTE = 1 << 20;
    /** Bytes of a prompt token in a trajectory. */
    private static final int PROMPT_TOKEN_BYTES = 3;
    /** Bytes of an answer token: id, two log-probabilities, text. */
    private static final int ANSWER_TOKEN_BYTES = 16;
    /** Bytes of an answer's records beside its tokens: question, sampling, score, group, references. */
    private static final int ANSWER_BYTES = 4_000;
    /** Weights in float32 and the two moments of AdamW. */
    private static final int CHECKPOINT_BYTES_PER_PARAMETER = 12;

    private static final int WEIGHT_BYTES_PER_PARAMETER = 4;

    /** A rounded copy, and as much for its delta, which is smaller. */
    private static final int ROUNDED_BYTES_PER_PARAMETER = 2;

    /** Estimates the disk space for the initial policy of a run. */
    public static DiskPlan of(RunConfig config) {
        return of(config, ModelFolder.configuration(config));
    }

    static DiskPlan of(RunConfig config, ModelConfig model) {
        List<PhaseSection> phases = config.scheduledPhases();
        long largest = phases.stream()
                .mapToLong(phase -> stepBytes(config, phase))
                .max()
                .orElse(0);
        long all = phases.stream()
                .mapToLong(phase -> phase.steps() * stepBytes(config, phase))
                .sum();
        long kept =
                (long) config.trainer().keepCheckpoints() + config.retention().steps() + config.maxStaleness() + 1;
        boolean pruned = config.retention().keep() == RetentionSection.Keep.CHECKPOINTS;
        Optional<AdapterConfig> adapter = config.trainer().adapterShape();
        long parameters = adapter.map(shape -> shape.parameters(model)).orElseGet(model::parameters);
        long base = adapter.map(shape -> WEIGHT_BYTES_PER_PARAMETER * model.parameters())
                .orElse(0L);
        int announced = announcedBytesPerParameter(config.announced());
        long checkpoint = (CHECKPOINT_BYTES_PER_PARAMETER + announced) * parameters;
        // Weights stay of the ends of phases, of version 0, and of versions that unfinished groups are sampled with.
        long weightsKept = phases.size()
                + 1L
                + Math.max(0, config.sampledVersions() - config.trainer().keepCheckpoints());
        weightsKept += phases.stream()
                .filter(phase -> phase.start().reference() == ReferencePolicy.PHASE_START)
                .count(); // a phase may begin before the planned end of the phase before
        int whole = config.trainer().keepCheckpoints()
                + (Fork.in(config.folder()).isPresent() ? 1 : 0); // a fork keeps the checkpoint that it begins with
        return new DiskPlan(
                largest,
                pruned ? Math.min(all, kept * largest) : all,
                checkpoint,
                base + (whole + 1L) * checkpoint + weightsKept * (WEIGHT_BYTES_PER_PARAMETER + announced) * parameters);
    }

    /** Returns the bytes of what others read, beside the weights that training continues from. */
    private static int announcedBytesPerParameter(AnnouncedFormat announced) {
        if (!announced.isRounded()) {
            return 0;
        }
        return announced.hasDeltas() ? 2 * ROUNDED_BYTES_PER_PARAMETER : ROUNDED_BYTES_PER_PARAMETER;
    }

    private static long stepBytes(RunConfig config, PhaseSection phase) {
        long prompt = Math.min(phase.upTo(), config.prompts().maxTokens());
        long answer = config.maxTokensOf(phase);
        long group = prompt * PROMPT_TOKEN_BYTES + config.groupSize() * (answer * ANSWER_TOKEN_BYTES + ANSWER_BYTES);
        return config.batchSize() * group;
    }

    /** Returns the estimate in one sentence. */
    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "Disk space: a gradient step adds up to %.1f MiB to the log and writes a checkpoint of %.1f MiB; the run needs up"
                        + " to %.0f MiB, %.0f of them for the log",
                stepBytes / MEBIBYTE,
                checkpointBytes / MEBIBYTE,
                (logBytes + checkpointsBytes) / MEBIBYTE,
                logBytes / MEBIBYTE);
    }
}
