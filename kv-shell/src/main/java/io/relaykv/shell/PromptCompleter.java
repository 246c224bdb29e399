package io.relaykv.shell;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jline.reader.Candidate;
import org.jline.reader.Completer;
import org.jline.reader.LineReader;
import org.jline.reader.ParsedLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.shell.jline3.PicocliJLineCompleter;

/**
 * Completes commands and options as Picocli knows them, and where a key or a node is wanted, those
 * that there are. Confined to the thread that reads lines.
 */
final class PromptCompleter implements Completer {
  private final KeyCandidates keys;
  private final Completer commands;

  /**
   * Makes a completer.
   *
   * @param commands a tree of its own, which it parses what is typed with
   * @param nodes the names of the nodes
   */
  PromptCompleter(CommandSpec commands, KeyCandidates keys, Supplier<List<String>> nodes) {
    this.keys = keys;
    offer(commands, keys, () -> nodes.get().iterator());
    this.commands = new PicocliJLineCompleter(commands);
  }

  private static void offer(CommandSpec command, Iterable<String> keys, Iterable<String> nodes) {
    for (PositionalParamSpec parameter : List.copyOf(command.positionalParameters())) {
      candidates(command, parameter, keys, nodes)
          .ifPresent(
              candidates -> {
                command.remove(parameter);
                command.addPositional(
                    PositionalParamSpec.builder(parameter)
                        .completionCandidates(candidates)
                        .build());
              });
    }
    for (OptionSpec option : List.copyOf(command.options())) {
      candidates(command, option, keys, nodes)
          .ifPresent(
              candidates -> {
                command.remove(option);
                command.addOption(
                    OptionSpec.builder(option).completionCandidates(candidates).build());
              });
    }
    command.subcommands().values().forEach(sub -> offer(sub.getCommandSpec(), keys, nodes));
  }

  /** By what the help calls it. */
  private static Optional<Iterable<String>> candidates(
      CommandSpec command, ArgSpec argument, Iterable<String> keys, Iterable<String> nodes) {
    return switch (argument.paramLabel()) {
      case "KEY", "PREFIX" ->
          argument.isOption() && !isKeyOption(argument) ? Optional.empty() : Optional.of(keys);
      case "NODE" -> Optional.of(nodes);
      case "NAME" ->
          command.qualifiedName(" ").endsWith("member remove")
              ? Optional.of(nodes)
              : Optional.empty();
      default -> Optional.empty();
    };
  }

  /** Not the prefix of a bench, which must be a new one. */
  private static boolean isKeyOption(ArgSpec argument) {
    return ((OptionSpec) argument).longestName().equals("--after");
  }

  @Override
  public void complete(LineReader reader, ParsedLine line, List<Candidate> candidates) {
    String typed = line.word().substring(0, line.wordCursor());
    keys.typed(typed);
    List<Candidate> all = new ArrayList<>();
    commands.complete(reader, line, all);
    if (line.wordIndex() == 0) {
      Prompt.WORDS_TO_LEAVE.forEach(word -> all.add(new Candidate(word)));
    }
    // Where anything may stand, options are shown to those who begin one.
    all.stream()
        .filter(candidate -> candidate.value().startsWith("-") == typed.startsWith("-"))
        .forEach(candidates::add);
  }
}
