package io.relaykv.server.status;

import io.relaykv.protocol.v1.StatusResponse;
import io.relaykv.server.config.NodeConfig;
import io.relaykv.server.config.NodeConfig.Cluster;
import io.relaykv.server.config.NodeConfig.Listen;
import io.relaykv.server.http.HttpEndpoints;
import io.relaykv.server.http.KnownHosts;
import io.relaykv.server.http.NodeProbe;
import io.relaykv.server.http.Readiness;
import io.relaykv.server.http.Readiness.Check;
import io.relaykv.server.metrics.NodeMetrics;
import io.relaykv.server.metrics.PrometheusText;
import io.relaykv.server.raft.Member;
import io.relaykv.server.raft.RaftNode;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Answers over HTTP from what the node knows. The ticks, which find out what takes a while, are for
 * the node's timer; the rest is thread-safe.
 */
public final class NodeProbes implements NodeProbe {
  /** How often {@link #askForBarrier} is to be called. */
  public static final long BARRIER_MS = RecentBarrier.TICK_MS;

  /** How often {@link #takeSample} is to be called. */
  public static final long SAMPLE_MS = OperationHistory.INTERVAL_MS;

  private final NodeConfig config;
  private final RaftNode raft;
  private final NodeStatus status;
  private final RecentBarrier barrier;
  private final ClusterViews cluster;
  private final OperationHistory history;

  public NodeProbes(NodeConfig config, RaftNode raft, NodeStatus status) {
    this.config = config;
    this.raft = raft;
    this.status = status;
    NodeKnowledge known = new NodeKnowledge(raft);
    this.barrier = new RecentBarrier(known, config.raft().electionTimeoutMin(), System::nanoTime);
    this.cluster = new ClusterViews(config, known, barrier::isRecent);
    this.history =
        new OperationHistory(
            new MeasuredOperations(NodeMetrics.registry(), config.nodeId()), System::nanoTime);
  }

  /** Listens from now on. */
  public HttpEndpoints serve() {
    return HttpEndpoints.start(
        config.listen().http().socketAddress(),
        hosts(config.listen(), config.cluster()),
        this,
        new PrometheusText(NodeMetrics.registry())::writeTo);
  }

  /** Who listens for other machines has names that are not known here. */
  private static KnownHosts hosts(Listen listen, Cluster cluster) {
    if (listen.httpHosts().isEmpty() && !listen.http().isLoopback()) {
      return KnownHosts.ANY;
    }
    return KnownHosts.of(
        Stream.concat(
                listen.httpHosts().stream(),
                cluster.peers().stream()
                    .flatMap(peer -> Stream.of(peer.client().host(), peer.peer().host())))
            .toList());
  }

  /** Every {@link #BARRIER_MS}. */
  public void askForBarrier() {
    barrier.tick();
  }

  /** Every {@link #SAMPLE_MS}. */
  public void takeSample() {
    history.tick();
  }

  @Override
  public boolean alive() {
    return raft.isAlive();
  }

  @Override
  public Readiness ready() {
    Optional<Member> leader = raft.leader();
    long behind = raft.toldCommittedIndex() - raft.info().getLastAppliedIndex();
    return new Readiness(
        List.of(
            new Check(
                "member",
                raft.isMember(),
                raft.isMember() ? "it is a member" : "it waits to be added: kv-shell member add"),
            new Check(
                "leader",
                leader.isPresent(),
                leader.map(known -> known.nodeId() + " leads").orElse("no leader is known")),
            new Check(
                "applied",
                behind < NodeView.CATCHING_UP,
                "%d committed entries are not applied yet".formatted(Math.max(0, behind))),
            barrier.check()));
  }

  @Override
  public String statusJson() {
    StatusResponse now = status.gather();
    return new StatusDocument(
            Clock.systemUTC().instant(),
            now,
            cluster.now(status.card()),
            ready(),
            history.samples())
        .render();
  }
}
