package io.relaykv.shell.output;

import java.util.List;

/**
 * One result in all the forms that it may be printed in.
 *
 * @param plain its text in plain output, empty for none
 * @param json one object
 * @param cells for the columns of a table
 */
public record Row(List<String> plain, String json, List<String> cells) {
  public Row {
    plain = List.copyOf(plain);
    cells = List.copyOf(cells);
  }
}
