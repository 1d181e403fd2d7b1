package dev.longstream.runs.config;

import dev.longstream.config.ConfigurationException;
import dev.longstream.failure.WrongUseException;
import org.junit.jupiter.api.Test;

import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class MetricsSectionTest {
    @Test
    void shouldNeedAKeyOrConsentWhenOthersReachIt() {
        assertThatThrownBy(() -> new MetricsSection(true, "0.0.0.0", 9464, null, false))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("metrics.key-variable", "metrics.insecure-network");
        assertThat(new MetricsSection(true, "0.0.0.0", 9464, "KEY", false).key(Map.of("KEY", "s3cret")))
                .isEqualTo("s3cret");
        assertThat(new MetricsSection(true, "0.0.0.0", 9464, null, true).key(Map.of()))
                .isNull();
    }

    @Test
    void shouldNameTheVariableThatIsNotSet() {
        assertThatThrownBy(() -> new MetricsSection(true, "0.0.0.0", 9464, "KEY", false).key(Map.of()))
                .isInstanceOf(WrongUseException.class)
                .hasMessageContaining("metrics.key-variable names KEY");
    }

    @Test
    void shouldTryOnePortOnlyWhenAnyIsTaken() {
        assertThat(new MetricsSection(true, "127.0.0.1", 0, null, false).ports())
                .isEqualTo(1);
        assertThat(MetricsSection.DEFAULT.ports()).isEqualTo(32);
        assertThat(new MetricsSection(true, "127.0.0.1", 65_530, null, false).ports())
                .isEqualTo(6);
    }

    @Test
    void shouldNotChangeTheDigest() {
        // Given
        ResolvedConfig usual = new ConfigurationLoader().load();
        // When
        ResolvedConfig other = new ConfigurationLoader()
                .set("metrics.port=0")
                .set("metrics.serve=false")
                .load();
        // Then
        assertThat(other.digest()).isEqualTo(usual.digest());
    }
}
