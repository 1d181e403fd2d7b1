package dev.longstream.it;

import dev.longstream.log.EventLog;
import dev.longstream.log.Topics;
import dev.longstream.record.Assignment;
import dev.longstream.record.Batch;
import dev.longstream.record.Step;
import dev.longstream.record.Weights;
import dev.longstream.runs.audit.Ledger;
import dev.longstream.runs.audit.LogAudit;
import dev.longstream.runs.lineage.Lineage;
import dev.longstream.runs.lineage.StepLineage;
import dev.longstream.runs.log.EndOffsets;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;

/** A run that begins at a step of another one, trained to its end beside it. */
class ForkTest {
    private static final int STEPS = 7;
    private static final int FORKED_AT = 3;

    @Test
    void shouldTrainOnFromAStepOfAnotherRunAndLeaveThatRunAlone(@TempDir Path folder) throws Exception {
        // Given
        SmallRun run = SmallRun.in(folder);
        execute(run.command("train", "parent", "--steps", "" + STEPS, "--set", "trainer.keep-checkpoints=10"));
        List<Long> ends;
        try (WholeRun parent = new WholeRun(run.runs(), "parent")) {
            ends = ends(parent.log());
        }
        String dir = run.runs().toString();
        // When
        List<String> fork = new ArrayList<>(List.of("fork", "parent", "--at", "" + FORKED_AT, "--as", "child"));
        fork.addAll(List.of("--dir", dir, "--set", "trainer.keep-checkpoints=1"));
        String said = execute(fork);
        String config = run.runs().resolve("child/config.yaml").toString();
        assertThat(said).contains("longstream train --run child", config);
        String report = execute(List.of("train", "--run", "child", "--dir", dir, "--config", config));
        List<String> replay = List.of("replay", "child", "--as", "again", "--dir", dir, "--config", config);
        assertThat(execute(replay)).contains("it closes");
        // Then
        assertThat(report).contains("a fork of parent@3", "it closes");
        assertThat(Files.readString(run.runs().resolve("child/report.json"))).contains("\"forkOf\" : \"parent@3\"");
        try (WholeRun child = new WholeRun(run.runs(), "child")) {
            Topics topics = child.log().topics();
            Topics parent = new Topics("parent", 2);
            assertThat(child.read(topics.steps())).extracting(Step::getVersion).containsExactly(4L, 5L, 6L, 7L);
            assertThat(child.read(topics.batches())).extracting(Batch::getBatch).startsWith(3L, 4L, 5L, 6L);
            assertThat(child.read(topics.weights()))
                    .extracting(Weights::getVersion)
                    .containsExactly(3L, 4L, 5L, 6L, 7L);
            assertThat(digests(child, new Topics("again", 2))).isEqualTo(digests(child, topics));
            assertThat(child.read(topics.weights()).get(0).getDigest())
                    .isEqualTo(child.read(parent.weights()).get(FORKED_AT).getDigest());
            Ledger ledger = LogAudit.of(child.log());
            assertThat(ledger.closes()).as(String.join("\n", ledger.lines())).isTrue();
            assertSameQuestionsFollow(child, topics, parent);
            EventLog other = new EventLog(child.log().address(), parent);
            assertThat(ends(other)).isEqualTo(ends);
            assertLineageGoesIntoTheParent(child);
        }
    }

    private static List<String> digests(WholeRun run, Topics topics) {
        return run.read(topics.weights()).stream().map(Weights::getDigest).toList();
    }

    /** The curriculum goes on where the other run was, with the same seeds. Rejected groups differ, and later draws with them. */
    private static void assertSameQuestionsFollow(WholeRun child, Topics topics, Topics parent) {
        List<Assignment> own = child.read(topics.assignments());
        long first = own.get(0).getOrdinal();
        Assignment there = child.read(parent.assignments()).get((int) first);
        assertThat(first).isGreaterThanOrEqualTo((long) FORKED_AT * SmallRun.BATCH_SIZE);
        assertThat(own.get(0).getGroupId()).isEqualTo(there.getGroupId());
        assertThat(own.get(0).getSeed()).isEqualTo(there.getSeed());
        assertThat(own.get(0).getAdmittedVersion()).isEqualTo(FORKED_AT);
    }

    private static void assertLineageGoesIntoTheParent(WholeRun child) {
        try (Lineage lineage = new Lineage(child.log())) {
            StepLineage inherited = lineage.whole(lineage.step(FORKED_AT));
            StepLineage own = lineage.whole(lineage.step(FORKED_AT + 1));
            assertThat(inherited.step().run()).isEqualTo("parent");
            assertThat(inherited.step().after().digest())
                    .isEqualTo(own.step().before().digest());
            assertThat(inherited.answers()).isNotEmpty().allSatisfy(answer -> {
                assertThat(answer.run()).isEqualTo("parent");
                assertThat(lineage.answer(answer.id()).path().version()).isEqualTo(FORKED_AT);
            });
            assertThat(own.answers()).isNotEmpty().allSatisfy(answer -> assertThat(answer.run())
                    .isEqualTo("child"));
        }
    }

    private static List<Long> ends(EventLog log) {
        List<Long> ends = new ArrayList<>();
        try (Admin admin = log.admin()) {
            EndOffsets.of(log, admin).forEach(end -> ends.addAll(end.ends()));
        }
        return ends;
    }

    private static String execute(List<String> command) {
        return EndedCommand.succeed(command).output();
    }
}
