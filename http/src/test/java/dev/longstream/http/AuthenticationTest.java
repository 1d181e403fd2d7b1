package dev.longstream.http;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;

class AuthenticationTest {
    private static final Authentication KEY = Authentication.bearer("secret");
    private static final Authentication USERS = Authentication.basic(Map.of("ann", "a:b", "bob", "pässword"));

    @ParameterizedTest
    @CsvSource({
        "Bearer secret, true",
        "bearer secret, true",
        "Bearer  secret, true",
        "Bearer Secret, false",
        "Bearer, false",
        "secret, false",
        "Basic secret, false",
        ", false"
    })
    void shouldAdmitTheKeyAlone(String header, boolean admitted) {
        assertThat(KEY.admits(header)).isEqualTo(admitted);
    }

    @ParameterizedTest
    @CsvSource({"ann:a:b, true", "bob:pässword, true", "ann:pässword, false", "ann, false", "eve:a:b, false"})
    void shouldAdmitEachUserWithItsOwnPassword(String user, boolean admitted) {
        // Given
        String credentials = Base64.getEncoder().encodeToString(user.getBytes(StandardCharsets.UTF_8));
        // Then
        assertThat(USERS.admits("Basic " + credentials)).isEqualTo(admitted);
    }

    @Test
    void shouldRefuseCredentialsThatCannotBeDecoded() {
        assertThat(USERS.admits("Basic %%%")).isFalse();
        assertThat(USERS.admits(null)).isFalse();
    }

    @Test
    void shouldAdmitEverybodyWhenNothingIsRequired() {
        assertThat(Authentication.NONE.admits(null)).isTrue();
        assertThat(Authentication.NONE.isRequired()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"127.0.0.1, true", "localhost, true", "::1, true", "0.0.0.0, false", "192.0.2.1, false", "::, false"})
    void shouldSufficeForThisMachineAloneWhenNothingIsRequired(String host, boolean suffices) {
        assertThat(ServerAccess.THIS_MACHINE.suffices(host)).isEqualTo(suffices);
        assertThat(new ServerAccess(KEY, null, false).suffices(host)).isTrue();
        assertThat(new ServerAccess(Authentication.NONE, null, true).suffices(host))
                .isTrue();
    }
}
