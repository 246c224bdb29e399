package io.relaykv.shell.prompt;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jline.reader.Candidate;
import org.jline.reader.Completer;
import org.jline.reader.LineReader;
import org.jline.reader.ParsedLine;
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
  private final Iterable<String> nodes;
  private final List<String> names;
  private final Completer commands;

  /**
   * Makes a completer.
   *
   * @param commands a tree of its own, which it parses what is typed with
   * @param nodes the names of the nodes
   */
  PromptCompleter(CommandSpec commands, KeyCandidates keys, Supplier<List<String>> nodes) {
    this.keys = keys;
    this.nodes = () -> nodes.get().iterator();
    this.names = List.copyOf(commands.subcommands().keySet());
    offer(commands);
    this.commands = new PicocliJLineCompleter(commands);
  }

  private void offer(CommandSpec command) {
    for (PositionalParamSpec parameter : List.copyOf(command.positionalParameters())) {
      candidates(command, parameter)
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
      // Not the prefix of a bench, which must be a new one.
      if (option.longestName().equals("--after")) {
        command.remove(option);
        command.addOption(OptionSpec.builder(option).completionCandidates(keys).build());
      }
    }
    command.subcommands().values().forEach(sub -> offer(sub.getCommandSpec()));
  }

  /** By what the help calls it. */
  private Optional<Iterable<String>> candidates(
      CommandSpec command, PositionalParamSpec parameter) {
    return switch (parameter.paramLabel()) {
      case "KEY", "PREFIX" -> Optional.of(keys);
      case "NODE" -> Optional.of(nodes);
      case "COMMAND" -> Optional.of(names);
      case "NAME" ->
          command.qualifiedName().endsWith("member remove") ? Optional.of(nodes) : Optional.empty();
      default -> Optional.empty();
    };
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
