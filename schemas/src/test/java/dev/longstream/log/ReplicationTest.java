package dev.longstream.log;

import org.apache.kafka.common.Node;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class ReplicationTest {
    @ParameterizedTest
    @CsvSource({"1, 1, 1", "2, 2, 2", "3, 3, 2", "9, 3, 2"})
    void shouldCopyEachRecordToThreeBrokersOfWhichTwoAreInSyncAsFarAsThereAreBrokers(
            int brokers, int replicas, int minInSync) {
        assertThat(Replication.BY_BROKERS.on(brokers)).isEqualTo(new Replication(replicas, minInSync));
    }

    @Test
    void shouldTakeWhatIsAskedFor() {
        assertThat(new Replication(2, 1).on(5)).isEqualTo(new Replication(2, 1));
        assertThat(new Replication(1, null).on(5)).isEqualTo(new Replication(1, 1));
    }

    @Test
    void shouldRefuseMoreCopiesInSyncThanThereAre() {
        assertThatThrownBy(() -> new Replication(null, 2).on(1))
                .hasMessageContaining("log.min-in-sync is 2, but topics have 1 replicas on 1 brokers");
    }

    @Test
    void shouldRefuseBrokersWithoutTheShareGroupsThatWorkersNeed() {
        Node old = new Node(3, "kafka-3", 9092);
        assertThatThrownBy(() -> BrokerVersion.refuseOld(old, 27))
                .hasMessageContaining("Broker 3 at kafka-3:9092 is older than Kafka 4.2");
        assertThatCode(() -> BrokerVersion.refuseOld(old, 30)).doesNotThrowAnyException();
        assertThatThrownBy(() -> BrokerVersion.refuseWithoutShareGroups("kafka-3:9092", 0))
                .hasMessageContaining("share.version=1");
    }
}
