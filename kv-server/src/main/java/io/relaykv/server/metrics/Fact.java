package io.relaykv.server.metrics;

import com.codahale.metrics.Gauge;

/** Something that stands in the labels of the metric and does not change; its value is always 1. */
record Fact() implements Gauge<Integer> {
  @Override
  public Integer getValue() {
    return 1;
  }
}
