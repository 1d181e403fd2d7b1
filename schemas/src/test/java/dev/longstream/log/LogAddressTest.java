package dev.longstream.log;

import dev.longstream.config.PrintableAddress;
import org.junit.jupiter.api.Test;

import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;

class LogAddressTest {
    @Test
    void shouldHandUserAndPasswordOfTheRegistryToItsClientAlone() {
        LogAddress address = new LogAddress("broker:9092", "https://me:p%40ss@registry:8081/base");

        assertThat(address.registryUrl()).isEqualTo("https://registry:8081/base");
        assertThat(address.clientProperties())
                .containsExactlyInAnyOrderEntriesOf(
                        Map.of("basic.auth.credentials.source", "USER_INFO", "basic.auth.user.info", "me:p@ss"));
        assertThat(address).hasToString("broker:9092 and https://registry:8081/base");
    }

    @Test
    void shouldLeaveAnAddressWithoutAUserAsItIs() {
        LogAddress address = new LogAddress("broker:9092", "http://registry:8081", Map.of("client.id", "me"));

        assertThat(address.registryUrl()).isEqualTo("http://registry:8081");
        assertThat(address.clientProperties()).containsExactly(Map.entry("client.id", "me"));
    }

    @Test
    void shouldRemoveEveryPasswordOfATextAndNothingElse() {
        assertThat(PrintableAddress.of("http://a:b@h/x@y and https://c:d@e@f:1, mail me@here"))
                .isEqualTo("http://h/x@y and https://f:1, mail me@here");
    }
}
