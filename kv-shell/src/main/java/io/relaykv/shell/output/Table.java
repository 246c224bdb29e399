package io.relaykv.shell.output;

import java.util.ArrayList;
import java.util.List;

/**
 * Columns under headings. The last cell of a row that has too few reaches over the rest of them.
 */
public final class Table {
  private static final String GAP = "  ";

  private final List<List<String>> rows = new ArrayList<>();
  private final int columns;

  public Table(String... headings) {
    columns = headings.length;
    add(List.of(headings));
  }

  public void add(List<String> cells) {
    rows.add(cells.stream().map(SafeText::line).toList());
  }

  public void print(Output output) {
    int[] widths = new int[columns];
    for (List<String> row : rows) {
      int narrow = row.size() < columns ? row.size() - 1 : columns;
      for (int i = 0; i < narrow; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    rows.forEach(row -> output.styledLine(line(row, widths)));
  }

  private static String line(List<String> row, int[] widths) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < row.size(); i++) {
      line.append(i == 0 ? "" : GAP).append(row.get(i));
      if (i < row.size() - 1) {
        line.append(" ".repeat(Math.max(0, widths[i] - row.get(i).length())));
      }
    }
    return line.toString();
  }
}
