package dev.longstream.cli.command;

import dev.longstream.runs.serving.ListenerAccess;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

import java.nio.file.Path;

/** Command-line options of a command that listens on a port: TLS, and permission to listen without authentication. */
public final class ListenerOptions {
    @Option(
            names = "--tls-certificate",
            paramLabel = "FILE",
            description =
                    "Serve HTTPS with this certificate: a PEM file (the certificate, then those that issued it), or a"
                            + " PKCS12 key store (.p12, .pfx).")
    private @Nullable Path tlsCertificate;

    @Option(
            names = "--tls-key",
            paramLabel = "FILE",
            description = "PEM file with the private key in PKCS8 (default: the certificate's file).")
    private @Nullable Path tlsKey;

    @Option(
            names = "--tls-password-variable",
            paramLabel = "NAME",
            description = "Environment variable with the password of the PKCS12 key store.")
    private @Nullable String tlsPasswordVariable;

    @Option(
            names = "--insecure-network",
            description = "Listen beyond this machine without authentication: whoever reaches the port may use it.")
    private boolean insecureNetwork;

    ListenerAccess access() {
        return new ListenerAccess(
                insecureNetwork, tlsCertificate, tlsKey, ApiKey.of("--tls-password-variable", tlsPasswordVariable));
    }

    /** Returns whether any of these options is given. */
    boolean areGiven() {
        return insecureNetwork || tlsCertificate != null || tlsKey != null || tlsPasswordVariable != null;
    }
}
