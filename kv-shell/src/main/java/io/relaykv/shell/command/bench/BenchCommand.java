package io.relaykv.shell.command.bench;

import io.relaykv.client.KvClient;
import io.relaykv.shell.bench.Bench;
import io.relaykv.shell.bench.KeyDistribution;
import io.relaykv.shell.bench.Load;
import io.relaykv.shell.bench.Values;
import io.relaykv.shell.command.CommandContext;
import io.relaykv.shell.command.Interruption;
import io.relaykv.shell.command.SizeConverter;
import io.relaykv.shell.command.SpanConverter;
import io.relaykv.shell.failure.ExitCodes;
import io.relaykv.shell.failure.ShellException;
import io.relaykv.shell.output.Quantities;
import java.time.Duration;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code bench WORKLOAD}. */
@Command(
    name = "bench",
    customSynopsis = {
      "kv-shell [OPTION..] bench put|get|mixed [--clients N] [--outstanding N] ..",
      "       kv-shell [OPTION..] bench --clean"
    },
    description = {
      "Loads the cluster with operations and tells how many it does and how long they take.",
      "It uses keys of its own, below " + BenchKeys.PREFIX + ", and removes them at the end."
    },
    footer = {
      "",
      "Without --rate each operation begins when an earlier one has ended, which shows what the"
          + " cluster can do. With it operations begin on time whatever becomes of earlier ones, and"
          + " their times count from then, which shows what users would see.",
      "",
      "  kv-shell bench put --outstanding 256",
      "  kv-shell bench mixed --get-ratio 0.9 --clients 16 --rate 5000 --duration 1m"
    })
final class BenchCommand implements Callable<Integer> {
  private static final int MAX_CLIENTS = 1_000;
  private static final int MAX_OUTSTANDING = 4_096;
  private static final long MAX_VALUE_BYTES = 1 << 20;
  private static final int MAX_KEYS = 10_000_000;
  private static final double MAX_RATE = 10_000_000;

  /** What a client may have under way; its calls would wait beyond. */
  private static final long MAX_OUTSTANDING_BYTES = 60L << 20;

  private final CommandContext context;

  @Parameters(
      arity = "0..1",
      paramLabel = "put|get|mixed",
      description = "What operations: puts, gets, or both.")
  private @Nullable String workload;

  @Option(
      names = "--get-ratio",
      paramLabel = "R",
      description = "With mixed, which part of the operations are gets: 0 to 1. Default: 0.5.")
  private @Nullable Double getRatio;

  @Option(
      names = "--clients",
      paramLabel = "N",
      description = "So many clients, with a connection each. Default: ${DEFAULT-VALUE}.")
  private int clients = 1;

  @Option(
      names = "--outstanding",
      paramLabel = "N",
      description = "So many operations of each client at a time. Default: ${DEFAULT-VALUE}.")
  private int outstanding = 64;

  @Option(
      names = "--value-size",
      paramLabel = "SIZE",
      converter = SizeConverter.class,
      description = "Of each value as JSON text: 2B to 1MiB. Default: 100B.")
  private long valueSize = 100;

  @Option(
      names = "--keys",
      paramLabel = "N",
      description = "So many different keys. Default: ${DEFAULT-VALUE}.")
  private int keys = 10_000;

  @Option(
      names = "--key-distribution",
      paramLabel = "uniform|zipfian",
      description = "All keys alike, or a few of them most of the time. Default: uniform.")
  private String distribution = "uniform";

  @Option(
      names = "--duration",
      paramLabel = "TIME",
      converter = SpanConverter.class,
      description = "How long to measure: 500ms, 10s, 2m, 1h. Default: 10s.")
  private Duration duration = Duration.ofSeconds(10);

  @Option(
      names = "--warmup",
      paramLabel = "TIME",
      converter = SpanConverter.class,
      description = "How long to load the cluster before that. Default: 5s.")
  private Duration warmup = Duration.ofSeconds(5);

  @Option(
      names = "--rate",
      paramLabel = "N",
      description = "Begin so many operations a second, of all clients together.")
  private @Nullable Double rate;

  @Option(
      names = "--prefix",
      paramLabel = "PREFIX",
      description =
          "Of all keys; there must be none. Default: " + BenchKeys.PREFIX + " and a random part.")
  private @Nullable String prefix;

  @Option(
      names = "--clean",
      description = "Remove what benches that were killed have left behind, and do nothing else.")
  private boolean clean;

  BenchCommand(CommandContext context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    if (clean) {
      return clean();
    }
    Load load = load();
    String own = ownPrefix();
    try (KvClient client = context.client()) {
      requireEmpty(client, own);
    }
    BenchProgress progress = new BenchProgress(context.progress());
    Bench bench = new Bench(load, own, context::client, progress);
    Interruption.stopping(
        bench::stop,
        () -> new BenchView(load, bench.run()).print(context.output(), context.format()));
    return ExitCodes.OK;
  }

  private int clean() {
    if (workload != null) {
      throw new ShellException("--clean goes with no workload", "kv-shell bench --clean");
    }
    try (KvClient client = context.client()) {
      long removed =
          Bench.removeAll(client, BenchKeys.PREFIX, new BenchProgress(context.progress()));
      context.note("removed %,d keys".formatted(removed));
    }
    return ExitCodes.OK;
  }

  private Load load() {
    requireBetween("--clients", clients, 1, MAX_CLIENTS);
    requireBetween("--outstanding", outstanding, 1, MAX_OUTSTANDING);
    requireBetween("--value-size", valueSize, Values.MIN_BYTES, MAX_VALUE_BYTES);
    requireBetween("--keys", keys, 1, MAX_KEYS);
    if (outstanding * valueSize > MAX_OUTSTANDING_BYTES) {
      throw new ShellException(
          "--outstanding %d values of %s are more than the %s that a client may have under way"
              .formatted(
                  outstanding,
                  Quantities.bytes(valueSize),
                  Quantities.bytes(MAX_OUTSTANDING_BYTES)),
          "more --clients, with fewer each");
    }
    if (duration.isZero()) {
      throw new ShellException("--duration is 0; it must be longer", "");
    }
    if (rate != null && !(rate > 0 && rate <= MAX_RATE)) {
      throw new ShellException(
          "--rate is %s; allowed is more than 0, to %,.0f".formatted(rate, MAX_RATE), "");
    }
    return new Load(
        getShare(),
        clients,
        outstanding,
        (int) valueSize,
        keys,
        distribution(),
        warmup,
        duration,
        rate == null ? OptionalDouble.empty() : OptionalDouble.of(rate));
  }

  private static void requireBetween(String option, long value, long least, long most) {
    if (value < least || value > most) {
      throw new ShellException(
          "%s is %d; allowed is %d to %,d".formatted(option, value, least, most), "");
    }
  }

  private double getShare() {
    boolean mixed = "mixed".equals(workload);
    if (getRatio != null && !mixed) {
      throw new ShellException("--get-ratio goes with mixed alone", "kv-shell help bench");
    }
    if (getRatio != null && !(getRatio >= 0 && getRatio <= 1)) {
      throw new ShellException("--get-ratio is %s; allowed is 0 to 1".formatted(getRatio), "");
    }
    if (mixed) {
      return getRatio == null ? 0.5 : getRatio;
    }
    if ("put".equals(workload)) {
      return 0;
    }
    if ("get".equals(workload)) {
      return 1;
    }
    throw new ShellException(
        workload == null ? "no workload" : "no such workload: " + workload,
        "kv-shell bench put, kv-shell bench get or kv-shell bench mixed");
  }

  private KeyDistribution distribution() {
    for (KeyDistribution known : KeyDistribution.values()) {
      if (known.toString().equals(distribution)) {
        return known;
      }
    }
    throw new ShellException(
        "no such --key-distribution: " + distribution, "one of uniform, zipfian");
  }

  private String ownPrefix() {
    if (prefix == null) {
      return BenchKeys.newPrefix();
    }
    if (!prefix.startsWith(BenchKeys.PREFIX)) {
      throw new ShellException(
          "--prefix %s: a bench writes and removes keys, and may do so only below %s"
              .formatted(prefix, BenchKeys.PREFIX),
          "--prefix " + BenchKeys.PREFIX + "mine/");
    }
    return prefix;
  }

  private static void requireEmpty(KvClient client, String own) {
    if (!client.keys(own, 1).keys().isEmpty()) {
      throw new ShellException(
          "there are keys below %s already; another bench may be using them".formatted(own),
          "another --prefix; or, if none is running, kv-shell bench --clean");
    }
  }
}
