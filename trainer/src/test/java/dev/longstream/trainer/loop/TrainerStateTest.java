package dev.longstream.trainer.loop;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.longstream.record.Step;
import dev.longstream.record.Weights;
import dev.longstream.testing.Records;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificDatumWriter;
import org.junit.jupiter.api.Test;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

import static org.assertj.core.api.Assertions.assertThat;

class TrainerStateTest {
    private static final Instant AT = Instant.parse("2026-01-02T03:04:05.678Z");
    private static final SortedMap<Integer, Long> NONE = Collections.emptySortedMap();

    @Test
    void shouldGiveTheSameBytesToAnnounceWhenItIsReadAgain() throws IOException {
        // Given
        TrainerState state = new TrainerState(
                17,
                new TreeMap<>(Map.of(0, 0L, 1, 2L)),
                Optional.of(step(0.1 + 0.2, null)),
                weights(),
                Optional.empty());
        String text = new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(state.toJson());
        // When
        TrainerState first = TrainerState.fromJson(state.toJson());
        TrainerState again = TrainerState.fromJson(new ObjectMapper().readTree(text));
        // Then
        assertThat(again).isEqualTo(first);
        assertThat(again.nextBatchOffset()).isEqualTo(17);
        assertThat(again.phaseStarts()).containsExactly(Map.entry(0, 0L), Map.entry(1, 2L));
        assertThat(again.weights()).isEqualTo(weights());
        assertThat(bytes(again.step().orElseThrow()))
                .isEqualTo(bytes(first.step().orElseThrow()));
        assertThat(again.step().orElseThrow().getLoss()).isEqualTo(0.1 + 0.2);
    }

    @Test
    void shouldKeepNumbersThatAreNotFinite() {
        TrainerState state = new TrainerState(
                0, NONE, Optional.of(step(Double.NaN, Double.POSITIVE_INFINITY)), weights(), Optional.empty());
        Step read = TrainerState.fromJson(state.toJson()).step().orElseThrow();
        assertThat(read.getLoss()).isNaN();
        assertThat(read.getKlToInitial()).isEqualTo(Double.POSITIVE_INFINITY);
    }

    @Test
    void shouldHaveNoStepBehindVersionZero() {
        assertThat(TrainerState.fromJson(
                                new TrainerState(0, NONE, Optional.empty(), weights(), Optional.empty()).toJson())
                        .step())
                .isEmpty();
    }

    @Test
    void shouldReadTheStateOfAReleaseWithOtherFields() {
        // Given
        Step written = step(0.5, 0.25);
        ObjectNode json = new TrainerState(0, NONE, Optional.of(written), weights(), Optional.empty()).toJson();
        ObjectNode older = (ObjectNode) json.path("step");
        older.remove(List.of("slices", "dualClipFraction", "negativesMasked"));
        older.put("temperatureOfAnotherRelease", 0.7);
        // When
        Step read = TrainerState.fromJson(json).step().orElseThrow();
        // Then
        assertThat(read).isEqualTo(written);
    }

    @Test
    void shouldCountThePhaseOfAnOlderReleaseFromTheBeginningOfTheRun() {
        // Given
        ObjectNode json = new TrainerState(0, NONE, Optional.of(step(0.5, null)), weights(), Optional.empty()).toJson();
        json.remove("phaseStarts");
        json.put("furthestPhase", 1);
        // When
        TrainerState state = TrainerState.fromJson(json);
        // Then
        assertThat(state.begins(1)).isFalse();
        assertThat(state.phaseStartsWith(2)).containsExactly(Map.entry(1, 0L), Map.entry(2, 3L));
    }

    private static byte[] bytes(Step step) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(bytes, null);
        new SpecificDatumWriter<>(Step.class).write(step, encoder);
        encoder.flush();
        return bytes.toByteArray();
    }

    private static Weights weights() {
        return Records.weights(3).setAnnouncedAt(AT).build();
    }

    private static Step step(double loss, Double klToInitial) {
        return Records.step(3)
                .setLoss(loss)
                .setKlToInitial(klToInitial)
                .setSeconds(new TreeMap<>(Map.of("wait", 0.1, "fetch", 0.2, "optimizer", 0.3)))
                .setFinishedAt(AT)
                .build();
    }
}
