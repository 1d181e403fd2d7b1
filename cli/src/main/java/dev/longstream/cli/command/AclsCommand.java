package dev.longstream.cli.command;

import dev.longstream.cli.exit.ExitCode;
import dev.longstream.failure.WrongUseException;
import dev.longstream.log.rights.AclLines;
import dev.longstream.log.rights.Right;
import dev.longstream.log.rights.RoleRights;
import dev.longstream.runs.config.RunConfig;
import dev.longstream.runs.judges.Judges;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

@Command(
        name = "acls",
        description = "Prints the Kafka rights that each role of a run needs, as command lines of kafka-acls.sh.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  longstream acls --principal trainer=User:trainer --principal rollouts=User:workers --run quickstart",
            "  longstream acls --principal train=User:me --command-config admin.properties | sh",
            "",
            "Roles: those of 'longstream run', registry included; publisher (prompts publish); train (a whole run in one",
            "process); reader (status, audit, inspect, topics, plot); control and difficulty, in addition to reader. Give the",
            "run's configuration and name: rights are those of its topics, groups and transactional ids alone. A user may have",
            "several roles. Nothing is changed: the lines are for somebody with the right to change the cluster."
        })
final class AclsCommand extends CommandBase {
    @Mixin
    private final RunOptions options = new RunOptions();

    @Option(
            names = "--principal",
            paramLabel = "ROLE=USER",
            required = true,
            description = "A role and the user that it connects as, e.g. scoring=User:scoring. May be repeated.")
    private Map<String, String> principals = Map.of();

    @Option(
            names = "--command-config",
            paramLabel = "FILE",
            description = "Client properties of the administrator, which kafka-acls.sh reads.")
    @Nullable
    private String commandConfig;

    @Override
    ExitCode execute() {
        RunConfig config = options.load().config();
        RoleRights table = Judges.rights(config);
        principals.forEach(AclsCommand::check);
        List<Map<String, Object>> acls = new ArrayList<>();
        List<String> lines = new ArrayList<>();
        principals.forEach((role, principal) -> {
            List<Right> rights = table.of(role);
            lines.add("# " + role);
            lines.addAll(AclLines.grant(command(config), principal, rights));
            rights.forEach(right -> acls.add(json(role, principal, right)));
        });
        print(acls, lines);
        return ExitCode.DONE;
    }

    private static void check(String role, String principal) {
        if (!RoleRights.ROLES.contains(role)) {
            throw new WrongUseException(
                    "There is no role '" + role + "', expected one of " + String.join(", ", RoleRights.ROLES));
        }
        if (principal.indexOf(':') < 1) {
            throw new WrongUseException("--principal " + role + "=" + principal
                    + " names no kind of principal, expected User:NAME such as " + role + "=User:" + role);
        }
    }

    private String command(RunConfig config) {
        String bootstrap = config.log().bootstrap();
        return "kafka-acls.sh --bootstrap-server "
                + (bootstrap == null ? "\"$BOOTSTRAP\"" : AclLines.quoted(bootstrap))
                + (commandConfig == null ? "" : " --command-config " + AclLines.quoted(commandConfig));
    }

    private static Map<String, Object> json(String role, String principal, Right right) {
        Map<String, Object> acl = new LinkedHashMap<>();
        acl.put("role", role);
        acl.put("principal", principal);
        acl.put("resourceType", right.type().name());
        acl.put("patternType", right.pattern().name());
        acl.put("name", right.name());
        acl.put("operations", right.operations().stream().map(Enum::name).toList());
        return acl;
    }
}
