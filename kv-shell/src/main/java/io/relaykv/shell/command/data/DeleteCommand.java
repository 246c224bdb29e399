package io.relaykv.shell.command.data;

import io.relaykv.client.KvClient;
import io.relaykv.client.KvException;
import io.relaykv.shell.command.CommandContext;
import io.relaykv.shell.failure.ExitCodes;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code delete KEY..}. */
@Command(
    name = "delete",
    customSynopsis = "kv-shell [OPTION..] delete KEY..",
    description =
        "Removes keys and their values, one after the other. A key that does not exist is no error.")
final class DeleteCommand implements Callable<Integer> {
  private final CommandContext context;

  @Parameters(arity = "1..*", paramLabel = "KEY", description = "The keys.")
  private List<String> keys = List.of();

  DeleteCommand(CommandContext context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    try (WrittenKeys written = new WrittenKeys(context, "deleted");
        KvClient client = context.client()) {
      for (int i = 0; i < keys.size(); i++) {
        delete(client, i);
        written.add(keys.get(i));
      }
      written.finish();
    }
    return ExitCodes.OK;
  }

  private void delete(KvClient client, int index) {
    try {
      client.delete(keys.get(index));
    } catch (KvException e) {
      if (keys.size() > 1) {
        context.note("stopped at %s, %d of %d".formatted(keys.get(index), index + 1, keys.size()));
      }
      throw e;
    }
  }
}
