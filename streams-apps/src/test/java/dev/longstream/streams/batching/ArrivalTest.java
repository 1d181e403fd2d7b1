package dev.longstream.streams.batching;

import dev.longstream.record.RecordRef;
import dev.longstream.streams.advantage.GroupMoments;
import dev.longstream.streams.advantage.Moments;
import org.apache.kafka.common.serialization.Serde;
import org.junit.jupiter.api.Test;

import java.util.HexFormat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class ArrivalTest {
    /** The group below, as release 0.1.0 stored it. */
    private static final String RELEASE_0_1_0 =
            "020000000000000007010003672d37000000010000000000000029000573686f727400000000000000220000000000000010000971"
                    + "75657374696f6e7340100000000000003fe00000000000003ff000000000000040300000000000000000000000000000"
                    + "4010000000000000";

    private static final Arrival GROUP = new Arrival(
            7,
            true,
            "g-7",
            new RecordRef(1, 41L),
            "short",
            0,
            34,
            16,
            new GroupMoments("questions", new Moments(4, 0.5, 1), new Moments(16, 0, 4)));

    private final Serde<Arrival> serde = Arrival.serde();

    @Test
    void shouldReadAndWriteTheBytesOfRelease010() {
        // Given
        byte[] stored = HexFormat.of().parseHex(RELEASE_0_1_0);
        // Then
        assertThat(serde.deserializer().deserialize("any", stored)).isEqualTo(GROUP);
        assertThat(serde.serializer().serialize("any", GROUP)).isEqualTo(stored);
    }

    @Test
    void shouldNameTheStoreWhenANewerReleaseWroteTheGroup() {
        // Given
        byte[] stored = HexFormat.of().parseHex(RELEASE_0_1_0);
        stored[0] = 3;
        // Then
        assertThatThrownBy(() -> serde.deserializer().deserialize("any", stored))
                .hasMessageContaining(
                        "A group in the store waiting-groups of batching has format 3, expected 2 or older");
    }
}
