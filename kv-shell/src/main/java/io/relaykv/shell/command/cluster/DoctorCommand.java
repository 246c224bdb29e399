package io.relaykv.shell.command.cluster;

import io.relaykv.client.ClusterMembers;
import io.relaykv.client.ClusterStatus;
import io.relaykv.client.KvAdmin;
import io.relaykv.client.KvException;
import io.relaykv.client.ReplicaCheck;
import io.relaykv.shell.command.CommandContext;
import io.relaykv.shell.command.SpanConverter;
import io.relaykv.shell.doctor.ClusterChecks;
import io.relaykv.shell.doctor.Finding;
import io.relaykv.shell.failure.ExitCodes;
import io.relaykv.shell.failure.ShellException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code doctor}. */
@Command(
    name = "doctor",
    customSynopsis = "kv-shell [OPTION..] doctor [--observe TIME]",
    description = {
      "Looks for what is wrong, or soon will be: configuration and key files, the nodes' client and"
          + " peer ports, certificates, the leader, lag, disks, clocks, versions, the last comparison of"
          + " replicas. Changes nothing.",
      "Exit code 0 if there is no problem, otherwise 7; warnings leave it at 0."
    },
    footer = {"", "  kv-shell doctor", "  kv-shell doctor -o jsonl | grep -v '\"level\":\"ok\"'"})
final class DoctorCommand implements Callable<Integer> {
  private final CommandContext context;

  @Option(
      names = "--observe",
      paramLabel = "TIME",
      converter = SpanConverter.class,
      description = "For how long to see whether the leader stays. Default: 3s.")
  private Duration observe = Duration.ofSeconds(3);

  DoctorCommand(CommandContext context) {
    this.context = context;
  }

  @Override
  public Integer call() throws InterruptedException {
    LocalChecks local = new LocalChecks(context);
    List<Finding> findings = new ArrayList<>(local.files());
    findings.addAll(local.apiKey());
    Optional<ClusterStatus> status = Optional.empty();
    try (KvAdmin admin = context.admin()) {
      ClusterStatus earlier = admin.status();
      TimeUnit.MILLISECONDS.sleep(observe.toMillis());
      status = Optional.of(admin.status());
      findings.addAll(
          ClusterChecks.of(earlier, status.get(), observe, members(admin), lastCheck(admin)));
    } catch (ShellException | KvException e) {
      findings.add(
          new Finding(
              "admin key",
              "cluster",
              Finding.Level.PROBLEM,
              "the nodes cannot be asked: " + e.getMessage(),
              "an admin.conf beside the client.conf, with the key that kv-server keygen made"));
    }
    findings.addAll(local.certificates(status));
    DoctorView view = new DoctorView(findings);
    view.print(context.output(), context.format(), context.environment().coloured());
    return view.problems() == 0 ? ExitCodes.OK : ExitCodes.UNHEALTHY;
  }

  /** None where no leader can be asked, which another check says. */
  private static Optional<ClusterMembers> members(KvAdmin admin) {
    try {
      return Optional.of(admin.members());
    } catch (KvException e) {
      return Optional.empty();
    }
  }

  private static ReplicaCheck lastCheck(KvAdmin admin) {
    try {
      return admin.lastCheck();
    } catch (KvException e) {
      return new ReplicaCheck(0, List.of());
    }
  }
}
