package dev.longstream.cli;

import picocli.CommandLine.IVersionProvider;

import java.util.Objects;

/** Prints the version of Longstream, of Java and the operating system for {@code --version}. */
final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
        String version =
                Objects.requireNonNullElse(Version.class.getPackage().getImplementationVersion(), "(not packaged)");
        return new String[] {"longstream " + version, "Java " + Runtime.version() + ", " + System.getProperty("os.name")
        };
    }
}
