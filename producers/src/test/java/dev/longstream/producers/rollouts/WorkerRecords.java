package dev.longstream.producers.rollouts;

import dev.longstream.log.EventLog;
import dev.longstream.log.TopicReader;
import dev.longstream.producers.following.RunFiles;
import dev.longstream.producers.following.RunFolderFiles;
import dev.longstream.producers.rendering.PromptForm;
import dev.longstream.producers.rendering.PromptStyle;
import dev.longstream.record.Assignment;
import dev.longstream.record.Trajectory;
import dev.longstream.record.VersionRun;
import dev.longstream.testing.Records;
import dev.longstream.testing.TestBroker;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Workers of a run, with the records that they read and write. */
final class WorkerRecords {
    private WorkerRecords() {}

    /** Creates a worker of a run whose max-staleness is 1. */
    static RolloutWorker worker(EventLog log, Path run, RolloutConfig config, String name) {
        return worker(log, new RunFolderFiles(run, log.topics()), config, name);
    }

    /** Creates a worker that reads weights from given files. */
    static RolloutWorker worker(EventLog log, RunFiles files, RolloutConfig config, String name) {
        return new RolloutWorker(
                log, files, config, 1, PromptForm.of(PromptStyle.PLAIN), name, "digest", RolloutListener.NONE);
    }

    /** Announces the weights in a folder of the run. */
    static void announce(EventLog log, long version, String uri, String digest) throws Exception {
        TestBroker.send(
                log,
                log.topics().weights(),
                Long.toString(version),
                Records.weights(version).setUri(uri).setDigest(digest).build());
    }

    static void assign(EventLog log, Assignment assignment) throws Exception {
        TestBroker.send(log, log.topics().assignments(), assignment.getGroupId(), assignment);
    }

    static Assignment.Builder assignment(String group, int samples, long admittedVersion, int maxTokens) {
        return Records.assignment(group)
                .setQuestion(Records.question("q")
                        .setQuestion("word1 word2 word3")
                        .setGolds(List.of("word4"))
                        .build())
                .setSamples(samples)
                .setSampling(Records.sampling().setMaxTokens(maxTokens).build())
                .setAdmittedVersion(admittedVersion);
    }

    /** Waits until so many different samples are on the log. */
    static List<Trajectory> await(EventLog log, int samples) {
        List<Trajectory> found = new ArrayList<>();
        Set<String> identities = new HashSet<>();
        try (TopicReader<Trajectory> reader =
                new TopicReader<>(log, log.topics().trajectories())) {
            while (identities.size() < samples) {
                reader.poll(Duration.ofMillis(100), record -> {
                    found.add(record.value());
                    identities.add(record.key() + "#" + record.value().getSampleIndex());
                });
            }
        }
        return found;
    }

    /** Returns the versions that sampled the answers of a group. */
    static List<Long> versionsOf(List<Trajectory> all, String group) {
        return all.stream()
                .filter(trajectory -> trajectory.getGroupId().equals(group))
                .flatMap(trajectory -> trajectory.getVersions().stream())
                .map(VersionRun::getVersion)
                .toList();
    }
}
