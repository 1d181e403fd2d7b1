package dev.longstream.trainer.checkpoint;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.longstream.files.FolderLease;
import dev.longstream.files.ProcessName;
import dev.longstream.trainer.learner.BigramLearners;
import dev.longstream.trainer.learner.Crash;
import dev.longstream.trainer.learner.CrashingFiles;
import dev.longstream.trainer.learner.Learner;
import dev.longstream.trainer.optimizer.OptimizerSettings;
import dev.longstream.trainer.optimizer.Schedule;
import dev.longstream.trainer.optimizer.WeightDecay;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;

import static org.assertj.core.api.Assertions.assertThat;

class CheckpointRemovalTest {
    private static final OptimizerSettings SETTINGS =
            new OptimizerSettings(0.1, Schedule.LINEAR, 2, 0.1, 0.9, 0.95, 1e-8, WeightDecay.NONE, 1);

    @TempDir
    Path temporary;

    private Path folder;
    private Path start;

    @BeforeEach
    void makeStart() throws IOException {
        start = BigramLearners.start(temporary.resolve("start"));
        folder = temporary.resolve("checkpoints");
    }

    @Test
    void shouldKeepAVersionWhileSomebodyReadsIt() throws Exception {
        try (Checkpoints checkpoints = checkpoints();
                Learner learner = learner()) {
            // Given
            write(checkpoints, learner, 1);
            try (FolderLease reader =
                    FolderLease.take(folder.resolve("step-000001")).orElseThrow()) {
                // When
                write(checkpoints, learner, 2);
                write(checkpoints, learner, 3);
                // Then
                assertThat(folder.resolve("step-000001/model")).isDirectory();
                assertThat(folder.resolve("step-000002")).doesNotExist();
            }
            write(checkpoints, learner, 4);
            assertThat(folder.resolve("step-000001")).doesNotExist();
        }
    }

    @Test
    void shouldKeepTheWeightsOfVersionsThatGroupsMayStillNeed() {
        // Given
        KeptCheckpoints kept = new KeptCheckpoints(1, 3, Set.of());
        try (Checkpoints checkpoints = new Checkpoints(
                        folder, "config", kept, new CrashingFiles(Crash.never()), AnnouncedFormat.FLOAT32);
                Learner learner = learner()) {
            // When
            for (int step = 1; step <= 5; step++) {
                write(checkpoints, learner, step);
            }
        }
        // Then
        assertThat(folder.resolve("step-000002")).doesNotExist();
        for (int step = 3; step <= 5; step++) {
            assertThat(folder.resolve("step-00000" + step + "/model/model.safetensors"))
                    .exists();
        }
        assertThat(folder.resolve("step-000004/moments.safetensors")).doesNotExist();
        assertThat(folder.resolve("step-000005/moments.safetensors")).exists();
    }

    @Test
    void shouldLeaveACheckpointThatAnotherHostWritesNow() throws Exception {
        // Given
        Path others = unfinished(".unfinished-another-host-1-step-000007");
        Path base = unfinished(".unfinished-another-host-1-base");
        Path own = unfinished(".unfinished-" + ProcessName.host() + "-1-step-000007");
        Path older = unfinished(".unfinished-step-000007");
        try (Checkpoints checkpoints = checkpoints();
                Learner learner = learner()) {
            // When
            checkpoints.restore();
            write(checkpoints, learner, 7);
            // Then
            assertThat(others.resolve("model.safetensors")).exists();
            assertThat(base.resolve("model.safetensors")).exists();
            assertThat(own).doesNotExist();
            assertThat(older).doesNotExist();
        }
    }

    @Test
    void shouldRemoveWhatAnotherHostLeftLongAgo() throws Exception {
        // Given
        Path others = unfinished(".unfinished-another-host-1-step-000007");
        FileTime longAgo = FileTime.from(Instant.now().minus(Duration.ofHours(2)));
        Files.setLastModifiedTime(others.resolve("model.safetensors"), longAgo);
        Files.setLastModifiedTime(others, longAgo);
        try (Checkpoints checkpoints = checkpoints()) {
            // When
            checkpoints.restore();
        }
        // Then
        assertThat(others).doesNotExist();
    }

    private Path unfinished(String name) throws IOException {
        Path unfinished = Files.createDirectories(folder.resolve(name));
        Files.createFile(unfinished.resolve("model.safetensors"));
        return unfinished;
    }

    private Checkpoints checkpoints() {
        return new Checkpoints(folder, "config", 1, Set.of(), new CrashingFiles(Crash.never()));
    }

    private Learner learner() {
        return new BigramLearners(Crash.never()).open(start, start, SETTINGS);
    }

    private static void write(Checkpoints checkpoints, Learner learner, long step) {
        checkpoints.write(step, learner, model -> new ObjectMapper().createObjectNode());
    }
}
