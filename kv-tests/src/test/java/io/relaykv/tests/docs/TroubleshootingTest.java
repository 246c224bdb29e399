package io.relaykv.tests.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** docs/troubleshooting.md has a heading for every error message in the code, and no other. */
class TroubleshootingTest {
  private static final Pattern HEADING = Pattern.compile("(?m)^### `(.*)`$");

  private static final String EXPANDED = "\\$\\((?:[^()]|\\([^()]*\\))*\\)|\\$\\{[^}]*}|\\$\\w+";
  private static final String QUOTED = "\"((?:\\\\.|" + EXPANDED + "|[^\"\\\\])*)\"";

  // What is too long for a line goes on in the next.
  private static final Pattern OF_SCRIPT =
      Pattern.compile("\\b(?:fail|no_java) " + QUOTED + "(?:\\s*\\\\\\n\\s*" + QUOTED + ")?");

  /** What is being done, beside what is wrong; and what only a mistake of ours would bring up. */
  private static final List<String> NO_MESSAGES =
      List.of(
          ".. accounts, .. API keys, .. keys",
          "API key",
          "a command without an operation",
          "a failure without an exit code",
          "a member outside an object: ..",
          "a session id has 16 bytes, not ..",
          "add member ..",
          "admin key",
          "an array",
          "an object",
          "begin the restore",
          "finish the restore",
          "install the newer version there",
          "not the name of a snapshot: ..",
          "reading from memory failed",
          "restore part ..",
          "set the log level of ..",
          "standard input",
          "start it with the newer version, or remove it",
          "standard input:",
          "the database in ..",
          "the log from entry .. on",
          "the name of a member",
          "the page has no ..",
          "the string");

  @Test
  void everyMessageHasItsHeading() throws IOException {
    List<Pattern> headings = headings().values().stream().toList();
    List<String> without =
        messages().entrySet().stream()
            .filter(message -> message.getKey().chars().anyMatch(Character::isLetter))
            .filter(message -> !NO_MESSAGES.contains(shown(message.getKey())))
            .filter(message -> headings.stream().noneMatch(one -> covers(one, message.getKey())))
            .map(message -> message.getValue() + ": " + shown(message.getKey()))
            .toList();
    assertThat(without).as("messages without a heading in docs/troubleshooting.md").isEmpty();
  }

  @Test
  void everyHeadingHasAMessage() throws IOException {
    Map<String, String> messages = messages();
    List<String> without =
        headings().entrySet().stream()
            .filter(
                heading ->
                    messages.keySet().stream()
                        .noneMatch(message -> covers(heading.getValue(), message)))
            .map(Map.Entry::getKey)
            .toList();
    assertThat(without).as("headings that nothing in the code says").isEmpty();
    assertThat(messages.keySet().stream().map(TroubleshootingTest::shown))
        .as("what is left out on purpose")
        .containsAll(NO_MESSAGES);
  }

  /** What varies in a heading is anything; what varies in a message stands for nothing else. */
  private static boolean covers(Pattern heading, String message) {
    return heading.matcher(message).matches();
  }

  private static Map<String, Pattern> headings() throws IOException {
    Map<String, Pattern> headings = new TreeMap<>();
    HEADING
        .matcher(Repository.read("docs/troubleshooting.md"))
        .results()
        .map(found -> found.group(1))
        .forEach(
            heading -> assertThat(headings.put(heading, pattern(heading))).as(heading).isNull());
    return headings;
  }

  /** ".." is anything, and in the beginning, where the name of a file is put before, nothing. */
  private static Pattern pattern(String heading) {
    String rest = heading.startsWith(".. ") ? heading.substring(3) : heading;
    return Pattern.compile(
        (heading.equals(rest) ? "" : "(?:.* )?")
            + Stream.of(rest.split("\\.\\.", -1))
                .map(Pattern::quote)
                .collect(Collectors.joining(".*")),
        Pattern.DOTALL);
  }

  private static String shown(String message) {
    return message.replace(String.valueOf(ErrorMessages.VARIES), "..");
  }

  private static Map<String, String> messages() throws IOException {
    Map<String, String> messages = new TreeMap<>(ErrorMessages.of(Repository.sources()));
    for (Path script : Repository.scripts()) {
      OF_SCRIPT
          .matcher(Files.readString(script))
          .results()
          .forEach(
              found ->
                  messages.put(
                      (found.group(1) + (found.group(2) == null ? "" : " " + found.group(2)))
                          .replaceAll(EXPANDED, String.valueOf(ErrorMessages.VARIES)),
                      script.getFileName().toString()));
    }
    return messages;
  }
}
