package dev.longstream.producers.following;

import dev.longstream.producers.following.DeltaChain.DeltaPlace;
import dev.longstream.record.Weights;
import dev.longstream.record.WeightsDelta;
import dev.longstream.testing.Records;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;

import static org.assertj.core.api.Assertions.assertThat;

class DeltaChainsTest {
    private static final long WHOLE = 100;

    private final DeltaChains chains = new DeltaChains(new RunPaths(Path.of("run")));

    @Test
    void shouldLeadFromTheNewestVersionAtHand() {
        // Given
        for (int version = 0; version <= 4; version++) {
            chains.note(version(version, 10));
        }
        // Then
        assertThat(chains.to(version(4, 10), Set.of(digest(1), digest(2))::contains))
                .contains(new DeltaChain(digest(2), List.of(place(3), place(4))));
        assertThat(chains.to(version(4, 10), digest -> false)).isEmpty();
    }

    @Test
    void shouldEndWhereTheDeltasTogetherAreNotSmallerThanTheVersion() {
        // Given
        for (int version = 0; version <= 4; version++) {
            chains.note(version(version, 34));
        }
        // Then
        assertThat(chains.to(version(4, 34), Set.of(digest(2))::contains)).isPresent();
        assertThat(chains.to(version(4, 34), Set.of(digest(1))::contains)).isEmpty();
        assertThat(chains.to(version(4, -1), Set.of(digest(3))::contains)).isEmpty();
    }

    @Test
    void shouldEndAtAVersionWithoutADeltaOrARecord() {
        // Given
        chains.note(Weights.newBuilder(version(2, 10)).setDelta(null).build());
        chains.note(version(3, 10));
        // Then
        assertThat(chains.to(version(3, 10), Set.of(digest(1))::contains)).isEmpty();
        assertThat(chains.to(version(9, 10), Set.of(digest(8))::contains)).isEmpty();
    }

    @Test
    void shouldRememberTheNewestHundred() {
        for (int version = 0; version <= 200; version++) {
            chains.note(version(version, 0));
        }
        assertThat(chains.to(version(200, 0), Set.of(digest(101))::contains)).isPresent();
        assertThat(chains.to(version(200, 0), Set.of(digest(100))::contains)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"../other/bfloat16.delta", "http://elsewhere/bfloat16.delta", "/etc/passwd"})
    void shouldReadNoFileOutsideTheRun(String uri) {
        // Given
        chains.note(version(1, 10));
        Weights wanted = version(2, 10);
        wanted.getDelta().setUri(uri);
        // Then
        assertThat(chains.to(wanted, digest -> true)).isEmpty();
    }

    @Test
    void shouldReadNothingThatARecordDamages() {
        // Given
        chains.note(version(1, 10));
        chains.note(version(2, 10));
        Weights path = version(2, 10);
        path.getDelta().setDigest("../../x");
        Weights circle = version(2, 10);
        circle.getDelta().setBaseVersion(2L);
        // Then
        assertThat(chains.to(path, digest -> true)).isEmpty();
        assertThat(chains.to(circle, digest -> true)).isEmpty();
    }

    private static Weights version(long version, long deltaBytes) {
        return Records.weights(version)
                .setDigest(digest(version))
                .setBytes(WHOLE)
                .setDelta(new WeightsDelta(
                        place(version).place(),
                        version - 1,
                        deltaBytes,
                        place(version).digest()))
                .build();
    }

    private static DeltaPlace place(long version) {
        return new DeltaPlace(
                "checkpoints/step-%06d/bfloat16.delta".formatted(version), 10, "%064x".formatted(1000 + version));
    }

    private static String digest(long version) {
        return "%064x".formatted(version);
    }
}
