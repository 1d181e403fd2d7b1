package dev.longstream.runs.config;

import dev.longstream.config.ConfigurationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class LogSectionTest {
    @TempDir
    Path folder;

    @Test
    void shouldSetAPropertyWhoseNameHasDots() {
        // When
        ResolvedConfig resolved = new ConfigurationLoader()
                .set("log.properties={sasl.mechanism: GSSAPI, client.id: me}")
                .set("log.properties.sasl.mechanism=PLAIN")
                .set("log.properties.security.protocol=SASL_SSL")
                .load();
        // Then
        assertThat(resolved.config().log().properties())
                .containsExactlyInAnyOrderEntriesOf(
                        Map.of("sasl.mechanism", "PLAIN", "security.protocol", "SASL_SSL", "client.id", "me"));
    }

    @Test
    void shouldTakeThePropertyAsTextWhateverYamlWouldMakeOfIt() {
        String jaas =
                "org.apache.kafka.common.security.plain.PlainLoginModule required username=\"a\" password=\"b: #\";";

        ResolvedConfig resolved = new ConfigurationLoader()
                .set("log.properties.sasl.jaas.config=" + jaas)
                .load();

        assertThat(resolved.config().log().properties()).containsEntry("sasl.jaas.config", jaas);
        assertThat(resolved.printed()).doesNotContain("b: #");
    }

    @Test
    void shouldReadNestedKeysOfAFileAsNamesWithDots() throws IOException {
        // Given
        Path file = Files.writeString(
                folder.resolve("run.yaml"),
                "log:\n  properties:\n    sasl:\n      mechanism: PLAIN\n      jaas.config: hush\n    security.protocol: SSL\n");
        // When
        ResolvedConfig resolved = new ConfigurationLoader()
                .file(file)
                .set("log.properties.sasl.mechanism=SCRAM-SHA-512")
                .load();
        // Then
        assertThat(resolved.config().log().properties())
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "sasl.mechanism", "SCRAM-SHA-512", "sasl.jaas.config", "hush", "security.protocol", "SSL"));
        assertThat(resolved.printed()).doesNotContain("hush");
    }

    @Test
    void shouldTakeAFileOfClientPropertiesAsItIs() throws IOException {
        // Given
        Path file = Files.writeString(
                folder.resolve("client.properties"),
                """
                # as the console tools read it
                security.protocol=SASL_SSL
                sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required \\
                    username="rollouts" password="hush";
                client.id : file
                """);
        // When
        ResolvedConfig resolved = new ConfigurationLoader()
                .set("log.properties-file=" + file)
                .set("log.properties.client.id=flag")
                .load();
        // Then
        assertThat(resolved.config().log().clientProperties())
                .containsEntry("security.protocol", "SASL_SSL")
                .containsEntry(
                        "sasl.jaas.config",
                        "org.apache.kafka.common.security.scram.ScramLoginModule required username=\"rollouts\""
                                + " password=\"hush\";")
                .containsEntry("client.id", "flag");
        assertThat(resolved.printed()).contains(file.toString()).doesNotContain("hush");
    }

    @Test
    void shouldFetchSecretsThatKafkasProvidersRead() throws IOException {
        // Given
        Path secret = Files.writeString(folder.resolve("secret.properties"), "password=hush\n");
        // When
        LogSection log = new ConfigurationLoader()
                .set("log.properties.config.providers=file")
                .set("log.properties.config.providers.file.class="
                        + "org.apache.kafka.common.config.provider.FileConfigProvider")
                .set("log.properties.sasl.jaas.config=x password=\"${file:" + secret + ":password}\";")
                .load()
                .config()
                .log();
        // Then
        assertThat(log.clientProperties()).containsExactlyEntriesOf(Map.of("sasl.jaas.config", "x password=\"hush\";"));
    }

    @Test
    void shouldNameTheFileThatCannotBeRead() {
        Path missing = folder.resolve("missing.properties");
        LogSection log = new ConfigurationLoader()
                .set("log.properties-file=" + missing)
                .load()
                .config()
                .log();

        assertThatThrownBy(log::clientProperties)
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("log.properties-file")
                .hasMessageContaining(missing.toString());
    }

    @Test
    void shouldNotConnectWithTheStandInForASecret() throws IOException {
        // Given
        Path printed = Files.writeString(
                folder.resolve("config.yaml"),
                new ConfigurationLoader()
                        .set("log.properties.sasl.jaas.config=hush")
                        .load()
                        .printed());
        LogSection log = new ConfigurationLoader().file(printed).load().config().log();
        // Then
        assertThatThrownBy(log::clientProperties)
                .hasMessageContaining("sasl.jaas.config")
                .hasMessageContaining("LONGSTREAM_LOG_PROPERTIES");
    }

    @Test
    void shouldNotQuoteAVariableThatIsNotYaml() {
        Map<String, String> broken = Map.of("LONGSTREAM_LOG_PROPERTIES", "{sasl.jaas.config: 'password=hush");

        assertThatThrownBy(() -> new ConfigurationLoader().environment(broken).load())
                .hasMessageContaining("log.properties")
                .hasMessageNotContaining("hush");
    }

    @Test
    void shouldPrintNoPasswordOfAnAddress() {
        ResolvedConfig resolved = new ConfigurationLoader()
                .set("log.bootstrap=broker:9092")
                .set("log.registry=http://me:hush@registry:8081")
                .set("judge.url=https://me:hush@judge/v1")
                .set("judge.model=big")
                .load();

        assertThat(resolved.printed())
                .contains("http://registry:8081", "https://judge/v1")
                .doesNotContain("hush");
        assertThat(resolved.config().log().registry()).contains("hush");
    }
}
