package dev.longstream.trainer.loop;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.longstream.record.RecordRef;
import dev.longstream.record.Step;
import dev.longstream.record.Weights;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificDatumWriter;
import org.junit.jupiter.api.Test;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

import static org.assertj.core.api.Assertions.assertThat;

class TrainerStateTest {
    @Test
    void shouldGiveTheSameBytesToAnnounceWhenItIsReadAgain() throws IOException {
        // Given
        TrainerState state = new TrainerState(17, 1, Optional.of(step(0.1 + 0.2, null)), weights());
        String text = new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(state.toJson());
        // When
        TrainerState first = TrainerState.fromJson(state.toJson());
        TrainerState again = TrainerState.fromJson(new ObjectMapper().readTree(text));
        // Then
        assertThat(again).isEqualTo(first);
        assertThat(again.nextBatchOffset()).isEqualTo(17);
        assertThat(again.furthestPhase()).isEqualTo(1);
        assertThat(again.weights()).isEqualTo(weights());
        assertThat(bytes(again.step().orElseThrow()))
                .isEqualTo(bytes(first.step().orElseThrow()));
        assertThat(again.step().orElseThrow().getLoss()).isEqualTo(0.1 + 0.2);
    }

    @Test
    void shouldKeepNumbersThatAreNotFinite() {
        TrainerState state = new TrainerState(0, 0, Optional.of(step(Double.NaN, Double.POSITIVE_INFINITY)), weights());
        Step read = TrainerState.fromJson(state.toJson()).step().orElseThrow();
        assertThat(read.getLoss()).isNaN();
        assertThat(read.getKlToInitial()).isEqualTo(Double.POSITIVE_INFINITY);
    }

    @Test
    void shouldHaveNoStepBehindVersionZero() {
        assertThat(TrainerState.fromJson(new TrainerState(0, 0, Optional.empty(), weights()).toJson())
                        .step())
                .isEmpty();
    }

    private static byte[] bytes(Step step) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(bytes, null);
        new SpecificDatumWriter<>(Step.class).write(step, encoder);
        encoder.flush();
        return bytes.toByteArray();
    }

    private static Weights weights() {
        return Weights.newBuilder()
                .setVersion(3)
                .setUri("file:///somewhere")
                .setDigest("digest")
                .setBytes(12)
                .setAnnouncedAt(Instant.parse("2026-01-02T03:04:05.678Z"))
                .build();
    }

    private static Step step(double loss, Double klToInitial) {
        return Step.newBuilder()
                .setVersion(3)
                .setBatch(2)
                .setBatchRecord(new RecordRef(0, 16L))
                .setPhase("one")
                .setPhaseIndex(0)
                .setGroups(2)
                .setTrajectories(4)
                .setLoss(loss)
                .setReward(0.5)
                .setRewardDeviation(0.1)
                .setEntropy(1)
                .setKlToInitial(klToInitial)
                .setResponseLength(3)
                .setMaxResponseLength(3)
                .setTruncatedFraction(0)
                .setInputLength(3)
                .setStalenessMean(0)
                .setStalenessMax(0)
                .setRatioMean(1)
                .setRatioMax(1)
                .setClipFraction(0)
                .setMismatchKl(0)
                .setMismatchTokens(1)
                .setGradientNorm(1)
                .setLearningRate(1e-5)
                .setPromptTokens(6)
                .setCompletionTokens(12)
                .setSeconds(new TreeMap<>(Map.of("wait", 0.1, "fetch", 0.2, "optimizer", 0.3)))
                .setWeightsDigest("digest")
                .setFinishedAt(Instant.parse("2026-01-02T03:04:05.678Z"))
                .setConfigDigest("config")
                .build();
    }
}
