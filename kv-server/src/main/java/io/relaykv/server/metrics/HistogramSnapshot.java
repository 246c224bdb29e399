package io.relaykv.server.metrics;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.codahale.metrics.Snapshot;
import java.io.OutputStream;
import java.io.PrintStream;
import java.util.stream.LongStream;
import java.util.stream.StreamSupport;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramIterationValue;

/** What Dropwizard wants to know of a histogram that nobody changes any more. */
final class HistogramSnapshot extends Snapshot {
  private final Histogram histogram;

  HistogramSnapshot(Histogram histogram) {
    this.histogram = histogram;
  }

  @Override
  public double getValue(double quantile) {
    return histogram.getValueAtPercentile(quantile * 100);
  }

  /** Each value that occurs, once. */
  @Override
  public long[] getValues() {
    return values().toArray();
  }

  private LongStream values() {
    return StreamSupport.stream(histogram.recordedValues().spliterator(), false)
        .mapToLong(HistogramIterationValue::getValueIteratedTo);
  }

  @Override
  public int size() {
    return (int) Math.min(Integer.MAX_VALUE, histogram.getTotalCount());
  }

  @Override
  public long getMax() {
    return histogram.getTotalCount() == 0 ? 0 : histogram.getMaxValue();
  }

  @Override
  public double getMean() {
    return histogram.getMean();
  }

  @Override
  public long getMin() {
    return histogram.getTotalCount() == 0 ? 0 : histogram.getMinValue();
  }

  @Override
  public double getStdDev() {
    return histogram.getStdDeviation();
  }

  @Override
  public void dump(OutputStream output) {
    PrintStream out = new PrintStream(output, true, UTF_8);
    values().forEach(out::println);
  }
}
