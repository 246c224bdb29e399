package io.relaykv.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.grpc.Status;
import io.relaykv.protocol.ApiKeyText;
import io.relaykv.protocol.Limits;
import io.relaykv.protocol.v1.ClientFrame;
import io.relaykv.protocol.v1.Delete;
import io.relaykv.protocol.v1.Failure;
import io.relaykv.protocol.v1.Get;
import io.relaykv.protocol.v1.Keys;
import io.relaykv.protocol.v1.Put;
import io.relaykv.protocol.v1.Request;
import io.relaykv.protocol.v1.ServerFrame;
import io.relaykv.server.disk.DamagedDataException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A cluster of one node in this process, and a stream as a client in any language would send it.
 */
@Timeout(60)
class KvNodeTest {
  private static NodeSettings settings;
  private static KvNode node;
  private static ApiKeyText key;

  @BeforeAll
  static void start(@TempDir Path directory) throws IOException {
    settings = NodeSettings.in(directory);
    NodeDirectory.bootstrap(settings.config());
    node = KvNode.start(settings.config(), KvNodeTest::failed);
    await("the node to lead")
        .atMost(Duration.ofSeconds(20))
        .until(() -> node.lease().leadsAsFarAsKnown());
    key = TestKeys.create(settings.clientPort(), "test");
  }

  @AfterAll
  static void stop() {
    node.close();
  }

  private static void failed(String what, Throwable cause) {
    throw new AssertionError(what, cause);
  }

  @Test
  void welcomesWithTheLeader() {
    try (RawStream client = new RawStream(settings.clientPort(), key)) {
      ServerFrame first = client.awaitFrame(0);

      assertThat(first.getWelcome().getNodeId()).isEqualTo("n1");
      assertThat(first.getWelcome().getClusterId()).isNotEmpty();
      assertThat(first.getLeader().getNodeId()).isEqualTo("n1");
      assertThat(first.getLeader().getClientAddress())
          .isEqualTo("127.0.0.1:" + settings.clientPort());
    }
  }

  @Test
  void answersAPingWithTheLeader() {
    try (RawStream client = new RawStream(settings.clientPort(), key)) {
      client.begins();
      client.sends();

      assertThat(client.awaitFrame(1).getLeader().getNodeId()).isEqualTo("n1");
      assertThat(client.awaitFrame(2).getLeader().getNodeId()).isEqualTo("n1");
    }
  }

  @Test
  void storesReadsDeletesAndLists() {
    try (RawStream client = new RawStream(settings.clientPort(), key)) {
      client.begins(put(1, 1, "life/a", "{ \"x\": 1 }"), put(2, 2, "life/b", "null"));
      assertThat(client.awaitResponse(1).hasWritten()).isTrue();
      assertThat(client.awaitResponse(2).hasWritten()).isTrue();

      client.sends(get(3, "life/a"), get(4, "life/b"), get(5, "life/c"), keys(6, "life/"));
      assertThat(client.awaitResponse(3).getValue().toStringUtf8()).isEqualTo("{\"x\":1}");
      assertThat(client.awaitResponse(4).getValue().toStringUtf8()).isEqualTo("null");
      assertThat(client.awaitResponse(5).hasMissing()).isTrue();
      assertThat(client.awaitResponse(6).getPage().getKeysList())
          .containsExactly("life/a", "life/b");

      client.sends(delete(7, 3, "life/a"));
      assertThat(client.awaitResponse(7).hasWritten()).isTrue();
      client.sends(get(8, "life/a"));
      assertThat(client.awaitResponse(8).hasMissing()).isTrue();
    }
  }

  @Test
  void takesFramesBeforeTheEarlierOnesAreAnsweredAndKeepsTheirOrder() {
    try (RawStream client = new RawStream(settings.clientPort(), key)) {
      int writes = 500;
      client.sends(session(1));
      for (long i = 1; i <= writes; i++) {
        client.sends(put(i, i, "order", Long.toString(i)));
      }
      LongStream.rangeClosed(1, writes)
          .forEach(i -> assertThat(client.awaitResponse(i).hasWritten()).isTrue());

      client.sends(get(writes + 1, "order"));
      assertThat(client.awaitResponse(writes + 1).getValue().toStringUtf8()).isEqualTo("500");
    }
  }

  @Test
  void appliesAWriteOnceThoughItComesTwice() {
    try (RawStream client = new RawStream(settings.clientPort(), key);
        RawStream again = new RawStream(settings.clientPort(), key)) {
      client.sends(session(2)).sends(put(1, 1, "once", "1"));
      assertThat(client.awaitResponse(1).hasWritten()).isTrue();
      client.sends(put(2, 2, "once", "2"));
      assertThat(client.awaitResponse(2).hasWritten()).isTrue();

      again.sends(session(2)).sends(put(1, 1, "once", "1"));
      assertThat(again.awaitResponse(1).hasWritten()).as("the same answer").isTrue();
      again.sends(get(2, "once"));
      assertThat(again.awaitResponse(2).getValue().toStringUtf8()).isEqualTo("2");
    }
  }

  @Test
  void refusesWhatBreaksARuleAndServesTheRestOfTheFrame() {
    try (RawStream client = new RawStream(settings.clientPort(), key)) {
      client
          .sends(session(3))
          .sends(
              put(1, 1, "not a key", "1"),
              put(2, 1, "k", "not json"),
              put(3, 0, "k", "1"),
              Request.newBuilder().setId(4).build(),
              put(5, 1, "rule", "1"));

      assertThat(client.awaitResponse(5).hasWritten()).isTrue();
      for (long id = 1; id <= 4; id++) {
        assertThat(client.awaitResponse(id).getFailure().getCode()).isEqualTo(Failure.Code.INVALID);
      }
    }
  }

  @Test
  void refusesASessionIdOfTheWrongLength() {
    for (int length : new int[] {0, 15, 17}) {
      try (RawStream client = new RawStream(settings.clientPort(), key)) {
        client.sends(
            ClientFrame.newBuilder().setSessionId(ByteString.copyFrom(new byte[length])).build());

        Status end = client.awaitEnd();
        assertThat(end.getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(end.getDescription())
            .isEqualTo("the first frame's session_id has %d bytes; it must have 16", length);
      }
    }
  }

  @Test
  void takesTheLargestValueButNoFrameAboveItsLimit() {
    String largest = '"' + "v".repeat(Limits.MAX_VALUE_BYTES - 2) + '"';
    try (RawStream client = new RawStream(settings.clientPort(), key)) {
      client.sends(session(4)).sends(put(1, 1, "large", largest));
      assertThat(client.awaitResponse(1).hasWritten()).isTrue();
      client.sends(get(2, "large"));
      assertThat(client.awaitResponse(2).getValue().size()).isEqualTo(Limits.MAX_VALUE_BYTES);

      client.sends(put(3, 2, "large", "v".repeat(Limits.MAX_FRAME_BYTES)));
      assertThat(client.awaitEnd().getCode())
          .as("gRPC breaks the stream off, sometimes without the reason")
          .isIn(Status.Code.RESOURCE_EXHAUSTED, Status.Code.CANCELLED);
    }
    try (RawStream another = new RawStream(settings.clientPort(), key)) {
      another.begins(get(1, "large"));
      assertThat(another.awaitResponse(1).hasValue()).as("the node still serves").isTrue();
    }
  }

  @Test
  void takesNothingCompressed() {
    try (RawStream client = new RawStream(settings.clientPort(), key, "gzip")) {
      client.sends(session(6)).sends(put(1, 1, "packed", "v".repeat(2 * Limits.MAX_FRAME_BYTES)));

      assertThat(client.awaitEnd().getCode()).isEqualTo(Status.Code.UNIMPLEMENTED);
    }
  }

  @Test
  void aFrameHasAtMostTenThousandRequests() {
    try (RawStream client = new RawStream(settings.clientPort(), key)) {
      client.begins(missing(Limits.MAX_FRAME_REQUESTS));
      for (long id = 1; id <= Limits.MAX_FRAME_REQUESTS; id += 3_333) {
        assertThat(client.awaitResponse(id).hasMissing()).isTrue();
      }
      client.sends(missing(Limits.MAX_FRAME_REQUESTS + 1));

      Status end = client.awaitEnd();
      assertThat(end.getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
      assertThat(end.getDescription()).isEqualTo("a frame has 10001 requests; the limit is 10000");
    }
  }

  private static Request[] missing(int count) {
    return LongStream.rangeClosed(1, count)
        .mapToObj(id -> get(id, "missing"))
        .toArray(Request[]::new);
  }

  @Test
  void givesLargeAnswersToAClientInFramesItCanTake() {
    String value = '"' + "v".repeat(200 << 10) + '"';
    try (RawStream client = new RawStream(settings.clientPort(), key)) {
      client.sends(session(5)).sends(put(1, 1, "big", value));
      assertThat(client.awaitResponse(1).hasWritten()).isTrue();

      client.sends(
          LongStream.rangeClosed(2, 101).mapToObj(id -> get(id, "big")).toArray(Request[]::new));
      LongStream.rangeClosed(2, 101)
          .forEach(
              id ->
                  assertThat(client.awaitResponse(id).getValue().size()).isEqualTo(value.length()));
    }
  }

  @Test
  void endsTheStreamWhenTheClientDoes() {
    try (RawStream client = new RawStream(settings.clientPort(), key)) {
      client.begins();
      client.awaitFrame(1);
      client.completes();

      assertThat(client.awaitEnd().getCode()).isEqualTo(Status.Code.OK);
    }
  }

  @Test
  void answersToNoNameThatAStrangerMayHaveWhileItListensForThisMachineAlone(@TempDir Path directory)
      throws IOException {
    assertThat(statusAskedAs("evil.example", settings)).startsWith("HTTP/1.1 421 ");
    assertThat(statusAskedAs("localhost", settings)).startsWith("HTTP/1.1 200 ");

    NodeSettings open = NodeSettings.in(directory);
    open = open.with("listen.http", "0.0.0.0:" + open.httpPort());
    NodeDirectory.bootstrap(open.config());
    try (KvNode forAll = KvNode.start(open.config(), KvNodeTest::failed)) {
      assertThat(statusAskedAs("kv1.example.org", open))
          .startsWith("HTTP/1.1 200 ")
          .contains("\"node\":\"%s\"".formatted(forAll.id()));
    }
    NodeSettings named = open.with("listen.http-hosts", "[kv1.example.org]");
    try (KvNode forSome = KvNode.start(named.config(), KvNodeTest::failed)) {
      assertThat(statusAskedAs("evil.example", named)).startsWith("HTTP/1.1 421 ");
      assertThat(statusAskedAs("kv1.example.org", named))
          .contains("\"node\":\"%s\"".formatted(forSome.id()));
    }
  }

  /** By hand, as Java's client says the name that it has connected to. */
  private static String statusAskedAs(String host, NodeSettings of) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), of.httpPort())) {
      socket
          .getOutputStream()
          .write(
              "GET /status HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n"
                  .formatted(host)
                  .getBytes(UTF_8));
      return new String(socket.getInputStream().readAllBytes(), UTF_8);
    }
  }

  @Test
  void keepsItsDataOverARestartAndLeavesNothingBehind(@TempDir Path directory) throws IOException {
    NodeSettings own = NodeSettings.in(directory);
    NodeDirectory.bootstrap(own.config());
    ApiKeyText ownKey;
    try (KvNode first = startAndLead(own)) {
      assertThat(first.id()).isEqualTo("n1");
      ownKey = TestKeys.create(own.clientPort(), "test");
      try (RawStream client = new RawStream(own.clientPort(), ownKey)) {
        client.begins(put(1, 1, "kept", "1"));
        assertThat(client.awaitResponse(1).hasWritten()).isTrue();
      }
    }
    assertPortsFree(own);

    try (KvNode second = startAndLead(own);
        RawStream client = new RawStream(own.clientPort(), ownKey)) {
      client.begins(get(1, "kept"));
      assertThat(client.awaitResponse(1).getValue().toStringUtf8()).isEqualTo("1");
      second.closeWithoutHandover();
    }
    assertPortsFree(own);
  }

  @Test
  void aStartThatFailsLeavesNothingBehind(@TempDir Path directory) throws IOException {
    NodeSettings own = NodeSettings.in(directory);
    NodeDirectory.bootstrap(own.config());
    NodeSettings impossible =
        own.with("disk.free-min", "1TiB")
            .with("disk.stop-writes", "1TiB")
            .with("disk.resume-writes", "2TiB");
    startAndLead(own).close();

    assertThatIOException()
        .isThrownBy(() -> KvNode.start(impossible.config(), KvNodeTest::failed))
        .withMessageContaining("bytes of free space; disk.free-min asks for 1099511627776");

    assertPortsFree(own);
    startAndLead(own).close();
  }

  @Test
  void aStartOnDamagedDataLeavesNothingBehind(@TempDir Path directory) throws IOException {
    NodeSettings own = NodeSettings.in(directory);
    NodeDirectory.bootstrap(own.config());
    startAndLead(own).close();
    Path log = find(own.data(), "log_inprogress_0");
    byte[] before = Files.readAllBytes(log);
    byte[] damaged = before.clone();
    damaged[12] ^= 1;

    Files.write(log, damaged);
    assertThatExceptionOfType(DamagedDataException.class)
        .isThrownBy(() -> KvNode.start(own.config(), KvNodeTest::failed))
        .withMessageContaining(log.toString());
    assertPortsFree(own);

    Files.write(log, before);
    startAndLead(own).close();
  }

  /** So does a pause of the JVM beyond Ratis' limit ({@code RaftServerProxy.handleJvmPause}). */
  @Test
  void aNodeWhoseRatisClosesItselfEnds(@TempDir Path directory) throws IOException {
    NodeSettings own = NodeSettings.in(directory);
    NodeDirectory.bootstrap(own.config());
    Queue<String> ends = new ConcurrentLinkedQueue<>();
    try (KvNode left = KvNode.start(own.config(), (what, cause) -> ends.add(what))) {
      requireNonNull(left.raft()).close();
      await("the node to end")
          .atMost(Duration.ofSeconds(20))
          .until(() -> ends.contains("Ratis has stopped by itself"));
    }
  }

  @Test
  void aNodeThatLosesTheFilesOfItsDatabaseEnds(@TempDir Path directory) throws IOException {
    NodeSettings own = NodeSettings.in(directory);
    NodeDirectory.bootstrap(own.config());
    Queue<String> ends = new ConcurrentLinkedQueue<>();
    try (KvNode poor = KvNode.start(own.config(), (what, cause) -> ends.add(what))) {
      await("the node to lead")
          .atMost(Duration.ofSeconds(20))
          .until(() -> poor.lease().leadsAsFarAsKnown());
      TestKeys.create(own.clientPort(), "test");
      try (Stream<Path> files = Files.list(own.data().resolve("db"))) {
        for (Path file : files.toList()) {
          Files.delete(file);
        }
      }
      Files.delete(own.data().resolve("db"));
      requireNonNull(poor.raft()).requestSnapshot();
      await("the node to end")
          .atMost(Duration.ofSeconds(20))
          .until(() -> ends.contains("the database cannot write to disk"));
    }
  }

  @Test
  void whatIsAppliedRaisesTheHighWaterMark(@TempDir Path directory) throws IOException {
    NodeSettings own = NodeSettings.in(directory);
    NodeDirectory.bootstrap(own.config());
    long before;
    try (KvNode started = startAndLead(own)) {
      TestKeys.create(own.clientPort(), "test");
      before = requireNonNull(started.raft()).lastLogIndex();
    }
    Path mark = own.data().resolve("high-water-mark");
    assertThat(ByteBuffer.wrap(Files.readAllBytes(mark)).getLong(8) >>> 16)
        .as("one more than the index, as 0 is none")
        .isEqualTo(before + 1);
  }

  private static Path find(Path directory, String name) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      return files.filter(file -> file.endsWith(name)).findFirst().orElseThrow();
    }
  }

  private static KvNode startAndLead(NodeSettings settings) throws IOException {
    KvNode started = KvNode.start(settings.config(), KvNodeTest::failed);
    await("the node to lead")
        .atMost(Duration.ofSeconds(20))
        .until(() -> started.lease().leadsAsFarAsKnown());
    return started;
  }

  private static void assertPortsFree(NodeSettings settings) throws IOException {
    for (int port : new int[] {settings.clientPort(), settings.peerPort(), settings.httpPort()}) {
      new ServerSocket(port, 1, InetAddress.getLoopbackAddress()).close();
    }
  }

  private static ClientFrame session(int number) {
    return ClientFrame.newBuilder()
        .setSessionId(
            ByteString.copyFrom(new byte[15])
                .concat(ByteString.copyFrom(new byte[] {(byte) number})))
        .build();
  }

  private static Request put(long id, long sequence, String key, String value) {
    return Request.newBuilder()
        .setId(id)
        .setSequence(sequence)
        .setPut(Put.newBuilder().setKey(key).setValue(ByteString.copyFromUtf8(value)))
        .build();
  }

  private static Request delete(long id, long sequence, String key) {
    return Request.newBuilder()
        .setId(id)
        .setSequence(sequence)
        .setDelete(Delete.newBuilder().setKey(key))
        .build();
  }

  private static Request get(long id, String key) {
    return Request.newBuilder().setId(id).setGet(Get.newBuilder().setKey(key)).build();
  }

  private static Request keys(long id, String prefix) {
    return Request.newBuilder().setId(id).setKeys(Keys.newBuilder().setPrefix(prefix)).build();
  }
}
