package io.relaykv.server.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.prometheus.metrics.model.snapshots.Labels;
import org.apache.ratis.grpc.metrics.GrpcServerMetrics;
import org.apache.ratis.server.metrics.LogAppenderMetrics;
import org.apache.ratis.server.metrics.RaftServerMetricsImpl;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SeriesNameTest {
  @ParameterizedTest
  @CsvSource({
    "ratis.log_worker.n1@group-2AF0.flushTime, ratis_log_worker_flushTime",
    "ratis.server.n1@group-2AF0.follower_append_entry_latency,"
        + " ratis_server_follower_append_entry_latency",
    "ratis_grpc.log_appender.n1@group-2AF0.num_requests_heartbeat,"
        + " ratis_grpc_log_appender_num_requests_heartbeat",
    "ratis.server_message_metrics.n1.n1_ratis.grpc.Peer_appendEntries_completed_total,"
        + " ratis_server_message_metrics_ratis_grpc_Peer_appendEntries_completed",
    "relaykv.client_port.n1.connections_refused, relaykv_client_port_connections_refused",
  })
  void labelsTheNode(String registryName, String name) {
    assertThat(SeriesName.of(registryName))
        .isEqualTo(new SeriesName(name, Labels.of("node", "n1")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        RaftServerMetricsImpl.LEADER_METRIC_PEER_COMMIT_INDEX,
        RaftServerMetricsImpl.FOLLOWER_LAST_HEARTBEAT_ELAPSED_TIME_METRIC,
        LogAppenderMetrics.FOLLOWER_NEXT_INDEX,
        LogAppenderMetrics.FOLLOWER_MATCH_INDEX,
        LogAppenderMetrics.FOLLOWER_RPC_RESP_TIME,
        GrpcServerMetrics.RATIS_GRPC_METRICS_LOG_APPENDER_LATENCY,
        GrpcServerMetrics.RATIS_GRPC_METRICS_LOG_APPENDER_LATENCY + "_heartbeat",
        GrpcServerMetrics.RATIS_GRPC_METRICS_LOG_APPENDER_SUCCESS,
        GrpcServerMetrics.RATIS_GRPC_METRICS_LOG_APPENDER_SUCCESS + "_heartbeat",
        GrpcServerMetrics.RATIS_GRPC_METRICS_LOG_APPENDER_NOT_LEADER,
        GrpcServerMetrics.RATIS_GRPC_METRICS_LOG_APPENDER_INCONSISTENCY,
        GrpcServerMetrics.RATIS_GRPC_METRICS_LOG_APPENDER_TIMEOUT,
        GrpcServerMetrics.RATIS_GRPC_METRICS_LOG_APPENDER_PENDING_COUNT
      })
  void labelsThePeer(String format) {
    assertThat(SeriesName.of("ratis.x.n1@group-2AF0." + format.formatted("n-2")))
        .isEqualTo(
            new SeriesName(
                "ratis_x_" + format.replace("%s_", ""), Labels.of("node", "n1", "peer", "n-2")));
  }

  @Test
  void labelsTheNodeAmongItsPeers() {
    assertThat(SeriesName.of("ratis.server.n1@group-2AF0.n1_peerCommitIndex"))
        .isEqualTo(
            new SeriesName("ratis_server_peerCommitIndex", Labels.of("node", "n1", "peer", "n1")));
  }

  @Test
  void makesOtherNamesValid() {
    assertThat(SeriesName.of("jvm.gc.G1-Young-Generation.count"))
        .isEqualTo(new SeriesName("jvm_gc_G1_Young_Generation_count", Labels.EMPTY));
    assertThat(SeriesName.of("kv.ops_total")).isEqualTo(new SeriesName("kv_ops", Labels.EMPTY));
  }
}
