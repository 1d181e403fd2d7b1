package dev.longstream.benchmarks.scoring;

import dev.longstream.log.EventLog;
import dev.longstream.record.AnswerKind;
import dev.longstream.record.Outcome;
import dev.longstream.record.Question;
import dev.longstream.record.SamplingSettings;
import dev.longstream.record.Trajectory;
import dev.longstream.record.VersionRun;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.Serializer;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Makes up trajectories of the size that a model would write: token ids of a vocabulary of 150,000, two log-probabilities a token,
 * and text. The first answer of each group is right and the others are wrong, so that every group is trainable.
 */
final class MadeTrajectories {
    private static final int PROMPT_TOKENS = 2000;
    private static final int VOCABULARY = 150_000;
    private static final String[] WORDS = {
        "therefore",
        "the",
        "passage",
        "states",
        "that",
        "Ghent",
        "lies",
        "on",
        "river",
        "we",
        "compare",
        "both",
        "years"
    };

    private final ScoringLoad load;
    private final EventLog log;
    private final Serializer<Trajectory> serializer;
    private final Random random = new Random(1);
    private long ordinal;

    MadeTrajectories(EventLog log, ScoringLoad load) {
        this.load = load;
        this.log = log;
        this.serializer = log.serializer();
    }

    /** Makes the records of the next group, as bytes. */
    List<ProducerRecord<String, byte[]>> group() {
        List<ProducerRecord<String, byte[]>> group = new ArrayList<>();
        String topic = log.topics().trajectories().name();
        String id = "bench-" + ordinal + "@" + ordinal;
        for (int sample = 0; sample < load.groupSize(); sample++) {
            Trajectory trajectory = trajectory(id, sample, length());
            group.add(new ProducerRecord<>(topic, id, serializer.serialize(topic, trajectory)));
        }
        ordinal++;
        return group;
    }

    private int length() {
        double share = random.nextDouble();
        return (int) Math.round(load.minTokens() * Math.pow((double) load.maxTokens() / load.minTokens(), share));
    }

    private Trajectory trajectory(String id, int sample, int length) {
        return Trajectory.newBuilder()
                .setRun(log.topics().run())
                .setGroupId(id)
                .setSampleIndex(sample)
                .setAttempt(0)
                .setOrdinal(ordinal)
                .setPhase("bench")
                .setPhaseIndex(0)
                .setAdmittedVersion(0)
                .setGroupSize(load.groupSize())
                .setQuestion(Question.newBuilder()
                        .setPromptId("bench-" + ordinal)
                        .setTask("bench")
                        .setKind(AnswerKind.SHORT_ANSWER)
                        .setQuestion("Which town lies on the river?")
                        .setGolds(List.of("Ghent"))
                        .setInputTokens(PROMPT_TOKENS)
                        .build())
                .setOutcome(Outcome.COMPLETED)
                .setPromptTokenCount(PROMPT_TOKENS)
                .setPromptTokens(sample == 0 ? tokens(PROMPT_TOKENS) : null)
                .setTokens(tokens(length))
                .setBehaviourLogProbs(logProbs(length))
                .setPolicyLogProbs(logProbs(length))
                .setVersions(List.of(new VersionRun(0L, length)))
                .setText(text(length, sample == 0 ? "Ghent" : "Bruges"))
                .setSampling(SamplingSettings.newBuilder()
                        .setTemperature(1)
                        .setMaxTokens(load.maxTokens())
                        .build())
                .setWeightsDigest("bench")
                .setWorker("bench")
                .setStartedAt(Instant.EPOCH)
                .setFinishedAt(Instant.EPOCH)
                .setConfigDigest("bench")
                .build();
    }

    private List<Integer> tokens(int count) {
        return random.ints(count, 0, VOCABULARY).boxed().toList();
    }

    private List<Float> logProbs(int count) {
        return random.doubles(count)
                .mapToObj(share -> (float) Math.log(1 - share))
                .toList();
    }

    private String text(int tokens, String answer) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < tokens; i++) {
            text.append(WORDS[random.nextInt(WORDS.length)]).append(' ');
        }
        return text.append("Therefore, the answer is ")
                .append(answer)
                .append('.')
                .toString();
    }
}
