package io.relaykv.tests.docs;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PromQlTest {
  @Test
  void findsTheMetricsAndNothingElse() {
    assertThat(
            PromQl.metrics(
                "sum by (job, node) (rate(a_total{outcome=~\"x|y\"}[5m])) / ignoring (node) group_left"
                    + " (version) max(b) > 0.5 and on (job) c == bool 1 unless label_replace(d, \"e\","
                    + " \"$1\", \"f\", \"(.*)\") offset 5m"))
        .containsExactly("a_total", "b", "c", "d");
  }

  @Test
  void findsOneThatIsMisspelt() {
    assertThat(PromQl.metrics("max(relakv_is_leader) == 0")).containsExactly("relakv_is_leader");
  }
}
