package dev.longstream.cli;

import picocli.CommandLine.IVersionProvider;

import java.util.Objects;

/** What {@code --version} prints: ours, and the Java it runs on. */
final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
        String version =
                Objects.requireNonNullElse(Version.class.getPackage().getImplementationVersion(), "(not packaged)");
        return new String[] {"longstream " + version, "Java " + Runtime.version() + ", " + System.getProperty("os.name")
        };
    }
}
