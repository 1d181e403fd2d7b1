package dev.longstream.testing;

import dev.longstream.testing.CutProxy.Link;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

@Timeout(30)
class CutProxyTest {
    private ServerSocket echo;
    private CutProxy proxy;

    @BeforeEach
    void startEcho() throws IOException {
        echo = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        proxy = new CutProxy(echo.getLocalPort());
        Thread serving = new Thread(this::serve);
        serving.setDaemon(true);
        serving.start();
    }

    private void serve() {
        try {
            while (true) {
                Socket client = echo.accept();
                Thread one = new Thread(() -> {
                    try (client) {
                        client.getInputStream().transferTo(client.getOutputStream());
                    } catch (IOException e) {
                        // The proxy has closed the connection.
                    }
                });
                one.setDaemon(true);
                one.start();
            }
        } catch (IOException e) {
            // The test is over.
        }
    }

    @AfterEach
    void close() throws IOException {
        proxy.close();
        echo.close();
    }

    @Test
    void shouldCarryBytesWhenOpenAndWhenSlow() throws IOException {
        // Given
        try (Socket client = connect()) {
            // When
            int open = echoed(client, 7);
            proxy.set(Link.SLOW);
            int slow = echoed(client, 8);
            // Then
            assertThat(open).isEqualTo(7);
            assertThat(slow).isEqualTo(8);
        }
    }

    @Test
    void shouldHoldBytesWhenFrozenAndPassThemLater() throws IOException {
        // Given
        try (Socket client = connect()) {
            client.setSoTimeout(300);
            proxy.set(Link.FROZEN);
            // When
            client.getOutputStream().write(7);
            // Then
            assertThatThrownBy(() -> client.getInputStream().read()).isInstanceOf(SocketTimeoutException.class);
            proxy.set(Link.OPEN);
            client.setSoTimeout(0);
            assertThat(client.getInputStream().read()).isEqualTo(7);
        }
    }

    @Test
    void shouldEndConnectionsWhenCutAndTakeNewOnesWhenOpenAgain() throws IOException {
        // Given
        try (Socket client = connect()) {
            assertThat(echoed(client, 7)).isEqualTo(7);
            // When
            proxy.set(Link.CUT);
            // Then
            assertThatThrownBy(() -> {
                        if (client.getInputStream().read() < 0) {
                            throw new SocketException("end");
                        }
                    })
                    .isInstanceOf(SocketException.class);
        }
        proxy.set(Link.OPEN);
        try (Socket client = connect()) {
            assertThat(echoed(client, 9)).isEqualTo(9);
        }
    }

    private Socket connect() throws IOException {
        return new Socket(InetAddress.getLoopbackAddress(), proxy.port());
    }

    private static int echoed(Socket client, int value) throws IOException {
        client.getOutputStream().write(value);
        return client.getInputStream().read();
    }
}
