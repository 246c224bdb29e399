package io.relaykv.shell.prompt;

import io.relaykv.shell.failure.ShellException;
import java.util.ArrayList;
import java.util.List;

/**
 * Takes a line of a script apart, as a Unix shell does: words with blanks between; {@code '..'} is
 * taken as it stands; outside of quotes {@code \} makes the next character an ordinary one, in
 * {@code ".."} only one that would not be; what follows a {@code #} at the begin of a word is a
 * comment. Nothing else has a meaning.
 */
public final class CommandWords {
  private static final char NONE = 0;

  private final String line;
  private final List<String> words = new ArrayList<>();
  private final StringBuilder word = new StringBuilder();
  private boolean inWord;
  private char quote = NONE;

  private CommandWords(String line) {
    this.line = line;
  }

  /**
   * The words of a line, none if it is blank or a comment.
   *
   * @throws ShellException if a quote does not end
   */
  public static List<String> of(String line) {
    CommandWords words = new CommandWords(line);
    words.read();
    return words.words;
  }

  private void read() {
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      if (c == '\\' && quote != '\'') {
        i++;
        if (i == line.length()) {
          throw new ShellException("a \\ at the end of the line", "");
        }
        addEscaped(line.charAt(i));
      } else if (quote != NONE) {
        inQuotes(c);
      } else if (c == '\'' || c == '"') {
        quote = c;
        inWord = true;
      } else if (c == '#' && !inWord) {
        return;
      } else if (Character.isWhitespace(c)) {
        endWord();
      } else {
        add(c);
      }
    }
    if (quote != NONE) {
      throw new ShellException("a quote %s that does not end".formatted(quote), "");
    }
    endWord();
  }

  private void addEscaped(char c) {
    if (quote == '"' && "\"\\$`".indexOf(c) < 0) {
      add('\\');
    }
    add(c);
  }

  private void inQuotes(char c) {
    if (c == quote) {
      quote = NONE;
    } else {
      add(c);
    }
  }

  private void add(char c) {
    word.append(c);
    inWord = true;
  }

  private void endWord() {
    if (inWord) {
      words.add(word.toString());
      word.setLength(0);
      inWord = false;
    }
  }
}
