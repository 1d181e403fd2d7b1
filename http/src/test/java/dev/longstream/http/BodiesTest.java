package dev.longstream.http;

import org.eclipse.jetty.io.Content;
import org.junit.jupiter.api.Test;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;

class BodiesTest {
    private final Bodies bodies = new Bodies(15, 25);
    private final List<String> heard = new ArrayList<>();

    private Bodies.Upload read(byte[]... parts) {
        Content.Source source =
                Content.Source.from(Arrays.stream(parts).map(ByteBuffer::wrap).toArray(ByteBuffer[]::new));
        Bodies.Upload upload = bodies.upload(source, new Bodies.BodyListener() {
            @Override
            public void onBody(byte[] body) {
                heard.add(new String(body, StandardCharsets.US_ASCII));
            }

            @Override
            public void onRefused(int status, String message) {
                heard.add(Integer.toString(status));
            }

            @Override
            public void onFailed(Throwable cause) {
                heard.add(cause.toString());
            }
        });
        upload.run();
        return upload;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    @Test
    void shouldJoinThePartsOfABody() {
        // When
        read(bytes("abc"), bytes("defg"));
        // Then
        assertThat(heard).containsExactly("abcdefg");
    }

    @Test
    void shouldRefuseABodyThatIsTooLong() {
        // When
        read(bytes("12345678"), bytes("12345678"));
        // Then
        assertThat(heard).containsExactly("413");
    }

    @Test
    void shouldRefuseABodyThatFitsNoMoreBesideOthersUntilOneOfThemIsReleased() {
        // Given
        Bodies.Upload first = read(bytes("0123456789"));
        read(bytes("0123456789"));
        // When
        read(bytes("third.....")).release();
        first.release();
        read(bytes("fourth...."));
        // Then
        assertThat(heard).containsExactly("0123456789", "0123456789", "503", "fourth....");
    }

    @Test
    void shouldTellOnceHowItEnded() {
        // Given
        Bodies.Upload upload = read(bytes("abc"));
        // When
        upload.refuse(408, "too slow");
        // Then
        assertThat(heard).containsExactly("abc");
    }
}
