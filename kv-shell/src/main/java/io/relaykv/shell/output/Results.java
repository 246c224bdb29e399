package io.relaykv.shell.output;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Prints rows in the format that was asked for, as they come where the format allows it. */
public final class Results implements AutoCloseable {
  private final Output output;
  private final OutputFormat format;
  private final Table table;
  private final List<String> elements = new ArrayList<>();

  public Results(Output output, OutputFormat format, String... headings) {
    this.output = output;
    this.format = format;
    this.table = new Table(headings);
  }

  public void add(Row row) {
    switch (format) {
      case PLAIN -> row.plain().forEach(output::line);
      case JSONL -> output.line(row.json());
      case JSON -> elements.add(row.json());
      case TABLE -> table.add(row.cells());
    }
  }

  /** To be called before something else is said. */
  public void flush() {
    output.flush();
  }

  /** Prints what had to wait for the last row. */
  public void finish() {
    finish(JsonText::array);
  }

  /** The same for the one row that there is: the document is its object. */
  public void finishSingle() {
    finish(objects -> objects.get(0));
  }

  /** The same with a JSON document of another form, made from the objects of all rows. */
  public void finish(Function<List<String>, String> document) {
    switch (format) {
      case JSON -> output.line(document.apply(elements));
      case TABLE -> table.print(output);
      case PLAIN, JSONL -> {}
    }
  }

  /** Also after a failure: what was printed until then is true. */
  @Override
  public void close() {
    output.flush();
  }
}
