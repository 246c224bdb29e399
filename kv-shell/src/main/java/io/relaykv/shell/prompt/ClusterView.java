package io.relaykv.shell.prompt;

import io.relaykv.shell.output.SafeText;
import java.util.List;

/**
 * What the prompt knows of the cluster.
 *
 * @param account whose data is read and written, or how the key is called as long as that is not
 *     known
 * @param cluster its name, or one of its nodes as long as that is not known
 * @param health in one word
 * @param colour of that word, an SGR parameter
 * @param nodes the names of its nodes
 */
record ClusterView(String account, String cluster, String health, int colour, List<String> nodes) {
  /** Makes the texts safe: they hold names from outside. */
  ClusterView {
    account = SafeText.line(account);
    cluster = SafeText.line(cluster);
    nodes = List.copyOf(nodes);
  }

  /** The prompt, as JLine wants it. */
  String prompt(boolean coloured) {
    String word = coloured ? "\u001b[" + colour + "m" + health + "\u001b[0m" : health;
    return (account + "@" + cluster + " " + word + "> ").replace("%", "%%");
  }
}
