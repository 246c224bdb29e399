package io.relaykv.shell.command.cluster;

import io.relaykv.client.FeatureLevelChange;
import io.relaykv.client.KvAdmin;
import io.relaykv.shell.command.CommandContext;
import io.relaykv.shell.failure.ExitCodes;
import io.relaykv.shell.output.JsonText;
import io.relaykv.shell.output.Results;
import io.relaykv.shell.output.Row;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code cluster finalize-upgrade}. */
@Command(
    name = "finalize-upgrade",
    customSynopsis = "kv-shell [OPTION..] cluster finalize-upgrade [--dry-run]",
    description = {
      "Ends an upgrade, when all members run the new version: from then on the cluster makes use of"
          + " all that it can do.",
      "There is no way back: older versions cannot read what is written then, and refuse to start.",
      "Refused if a member is down or too old. May be repeated."
    })
final class FinalizeUpgradeCommand implements Callable<Integer> {
  private final CommandContext context;

  @Option(names = "--dry-run", description = "Only look whether it can be done.")
  private boolean dryRun;

  FinalizeUpgradeCommand(CommandContext context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    FeatureLevelChange change;
    try (KvAdmin admin = context.admin()) {
      change = admin.finalizeUpgrade(dryRun);
    }
    boolean nothing = change.level() == change.was();
    String result = nothing ? "nothing to do" : dryRun ? "possible" : "finalized";
    Map<String, String> members = new LinkedHashMap<>();
    members.put("was", Integer.toString(change.was()));
    members.put("level", Integer.toString(change.level()));
    members.put("result", JsonText.string(result));
    try (Results results =
        new Results(context.output(), context.format(), "WAS", "LEVEL", "RESULT")) {
      results.add(
          new Row(
              List.of(nothing ? nothing(change) : dryRun ? possible(change) : done(change)),
              JsonText.object(members),
              List.of(members.get("was"), members.get("level"), result)));
      results.finishSingle();
    }
    return ExitCodes.OK;
  }

  private static String nothing(FeatureLevelChange change) {
    return "Nothing to do: the cluster is at feature level %d, and its nodes support no newer one."
        .formatted(change.level());
  }

  private static String possible(FeatureLevelChange change) {
    return "All members support feature level %d; the cluster is at %d. Once it is at %d, no node can go back to a version that does not support it."
        .formatted(change.level(), change.was(), change.level());
  }

  private static String done(FeatureLevelChange change) {
    return "The cluster is at feature level %d, and was at %d. No node can go back to a version that does not support it."
        .formatted(change.level(), change.was());
  }
}
