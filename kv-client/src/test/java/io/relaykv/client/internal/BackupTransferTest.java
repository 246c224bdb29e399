package io.relaykv.client.internal;

import static io.relaykv.client.internal.ScriptedNode.ends;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.Message;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.relaykv.client.BackupFile;
import io.relaykv.client.BackupInfo;
import io.relaykv.client.BackupProgress;
import io.relaykv.client.InvalidBackupException;
import io.relaykv.client.KvAdmin;
import io.relaykv.client.OutcomeUnknownException;
import io.relaykv.client.RefusedException;
import io.relaykv.client.UnavailableException;
import io.relaykv.protocol.backup.BackupPart;
import io.relaykv.protocol.v1.BeginRestoreRequest;
import io.relaykv.protocol.v1.FinishRestoreRequest;
import io.relaykv.protocol.v1.RestoreRowsRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Backups on their way from and to nodes that are lost. */
@Timeout(value = 90, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class BackupTransferTest {
  private static final List<BackupPart> PARTS =
      Stream.of(
              Stream.of(Backups.header(Backups.HEADER)),
              Backups.ROWS.stream().map(Backups::rows),
              Stream.of(Backups.end(Backups.END)))
          .<BackupPart>flatMap(parts -> parts)
          .toList();

  private Path directory;
  private Path file;

  @BeforeEach
  void open(@TempDir Path temp) {
    directory = temp;
    file = temp.resolve("backup");
  }

  private static KvAdmin admin(ScriptedNode... nodes) {
    return KvAdmin.builder()
        .nodes(Stream.of(nodes).map(ScriptedNode::address).toArray(String[]::new))
        .apiKey(TestKeys.ADMIN_KEY)
        .requestTimeout(Duration.ofSeconds(5))
        .build();
  }

  private static void sendAll(StreamObserver<BackupPart> to) {
    PARTS.forEach(to::onNext);
    to.onCompleted();
  }

  private static Consumer<StreamObserver<BackupPart>> lostAfter(int parts) {
    return to -> {
      PARTS.subList(0, parts).forEach(to::onNext);
      to.onError(Status.UNAVAILABLE.withDescription("stopping").asRuntimeException());
    };
  }

  @Test
  void whatTheNodeSendsIsInTheFile() {
    List<BackupProgress> progress = new ArrayList<>();
    try (ScriptedNode node = ScriptedNode.start("n1").onBackup(BackupTransferTest::sendAll);
        KvAdmin admin = admin(node)) {
      BackupInfo info = admin.createBackup(file, false, progress::add);
      assertThat(BackupFile.verify(file, checked -> {})).isEqualTo(info);
      assertThat(info.keys()).isEqualTo(3);
      assertThat(progress).extracting(BackupProgress::keys).containsExactly(1L, 3L);
      assertThat(node.authorizations()).containsExactly("Bearer " + TestKeys.ADMIN_KEY);
    }
  }

  @Test
  void whenTheLeaderIsLostTheNextOneIsAskedForAllOfIt() {
    AtomicInteger tries = new AtomicInteger();
    Consumer<StreamObserver<BackupPart>> script =
        to -> {
          int number = tries.incrementAndGet();
          (number < 4
                  ? lostAfter(number)
                  : (Consumer<StreamObserver<BackupPart>>) BackupTransferTest::sendAll)
              .accept(to);
        };
    try (ScriptedNode node = ScriptedNode.start("n1").onBackup(script);
        KvAdmin admin = admin(node)) {
      assertThat(admin.createBackup(file, false, progress -> {}))
          .isEqualTo(BackupFile.verify(file, progress -> {}));
      assertThat(tries).hasValue(4);
    }
  }

  @Test
  void aLeaderThatIsLostAgainAndAgainLeavesNoFile() throws IOException {
    try (ScriptedNode node = ScriptedNode.start("n1").onBackup(lostAfter(2));
        KvAdmin admin = admin(node)) {
      assertThatExceptionOfType(UnavailableException.class)
          .isThrownBy(() -> admin.createBackup(file, false, progress -> {}))
          .withMessageContaining("the leader was lost 5 times");
      assertThat(names()).isEmpty();
    }
  }

  @Test
  void aRefusalIsTheEnd() throws IOException {
    try (ScriptedNode node =
            ScriptedNode.start("n1")
                .onBackup(
                    to ->
                        to.onError(
                            Status.ABORTED
                                .withDescription("2 backups are under way")
                                .asRuntimeException()));
        KvAdmin admin = admin(node)) {
      assertThatExceptionOfType(RefusedException.class)
          .isThrownBy(() -> admin.createBackup(file, false, progress -> {}))
          .withMessageContaining("2 backups are under way");
      assertThat(names()).isEmpty();
    }
  }

  @Test
  void whatIsNoBackupIsNotKept() throws IOException {
    List<List<BackupPart>> wrong =
        List.of(
            List.of(),
            PARTS.subList(0, 3),
            PARTS.subList(1, 4),
            List.of(PARTS.get(0), PARTS.get(1), PARTS.get(3)),
            List.of(PARTS.get(0), PARTS.get(2), PARTS.get(1), PARTS.get(3)),
            List.of(PARTS.get(0), PARTS.get(0), PARTS.get(1), PARTS.get(2), PARTS.get(3)));
    for (List<BackupPart> parts : wrong) {
      try (ScriptedNode node =
              ScriptedNode.start("n1")
                  .onBackup(
                      to -> {
                        parts.forEach(to::onNext);
                        to.onCompleted();
                      });
          KvAdmin admin = admin(node)) {
        assertThatExceptionOfType(InvalidBackupException.class)
            .isThrownBy(() -> admin.createBackup(file, false, progress -> {}));
        assertThat(names()).isEmpty();
      }
    }
  }

  @Test
  void whoeverCannotBeToldEndsTheCall() throws IOException {
    try (ScriptedNode node = ScriptedNode.start("n1").onBackup(BackupTransferTest::sendAll);
        KvAdmin admin = admin(node)) {
      assertThatExceptionOfType(IllegalStateException.class)
          .isThrownBy(
              () ->
                  admin.createBackup(
                      file,
                      false,
                      progress -> {
                        throw new IllegalStateException("disk full");
                      }));
      assertThat(names()).isEmpty();
    }
  }

  @Test
  void anAdminThatIsClosedLeavesNoFile() throws IOException {
    try (ScriptedNode node =
        ScriptedNode.start("n1").onBackup(to -> PARTS.subList(0, 2).forEach(to::onNext))) {
      KvAdmin admin = admin(node);
      assertThatExceptionOfType(UnavailableException.class)
          .isThrownBy(
              () ->
                  admin.createBackup(
                      file,
                      false,
                      progress -> {
                        admin.close();
                        await("its threads have ended")
                            .until(() -> NetworkThreadsTest.threads() == 0);
                      }));
      assertThat(names()).isEmpty();
    }
  }

  @Test
  void restoresPartAfterPart() {
    BackupInfo info = written();
    List<BackupProgress> progress = new ArrayList<>();
    try (ScriptedNode node = ScriptedNode.start("n1");
        KvAdmin admin = admin(node)) {
      assertThat(admin.restoreBackup(file, progress::add)).isEqualTo(info);
      List<Message> requests = List.copyOf(node.adminRequests());
      assertThat(requests)
          .extracting(request -> request.getClass().getSimpleName())
          .containsExactly(
              "BeginRestoreRequest",
              "RestoreRowsRequest",
              "RestoreRowsRequest",
              "FinishRestoreRequest");
      BeginRestoreRequest begin = (BeginRestoreRequest) requests.get(0);
      assertThat(begin.getHeader()).isEqualTo(Backups.HEADER);
      assertThat(begin.getCounts()).isEqualTo(Backups.END.getCounts());
      for (int number = 0; number < 2; number++) {
        assertThat(requests.get(1 + number))
            .isEqualTo(
                RestoreRowsRequest.newBuilder()
                    .setBackupSha256(begin.getBackupSha256())
                    .setNumber(number)
                    .setRows(Backups.ROWS.get(number))
                    .build());
      }
      assertThat(((FinishRestoreRequest) requests.get(3)).getBackupSha256())
          .isEqualTo(begin.getBackupSha256());
    }
    assertThat(progress)
        .extracting(one -> one.phase() + " " + one.keys())
        .containsExactly("CHECKING 1", "CHECKING 3", "RESTORING 1", "RESTORING 3");
  }

  @Test
  void goesOnWhereTheClusterIs() {
    written();
    try (ScriptedNode node = ScriptedNode.start("n1").restoreGoesOnWith(1);
        KvAdmin admin = admin(node)) {
      var unused = admin.restoreBackup(file, progress -> {});
      assertThat(node.adminRequests())
          .filteredOn(RestoreRowsRequest.class::isInstance)
          .extracting(request -> ((RestoreRowsRequest) request).getNumber())
          .containsExactly(1L);
    }
  }

  @Test
  void whatIsLostOnTheWayIsSentAgain() {
    written();
    AtomicInteger calls = new AtomicInteger();
    ScriptedNode.AdminPart everySecondIsLost =
        (to, serve) -> {
          if (calls.incrementAndGet() % 2 == 0) {
            serve.run();
          } else {
            to.onError(Status.UNKNOWN.withDescription("leader lost").asRuntimeException());
          }
        };
    try (ScriptedNode node = ScriptedNode.start("n1").onAdminCalls(everySecondIsLost);
        KvAdmin admin = admin(node)) {
      var unused = admin.restoreBackup(file, progress -> {});
      assertThat(calls).hasValue(8);
    }
  }

  @Test
  void aClusterThatRefusesIsTheEnd() {
    written();
    try (ScriptedNode node =
            ScriptedNode.start("n1")
                .onAdminCalls(
                    ends(Status.Code.ABORTED, "the cluster is not empty", "relaykv-node", "n1"));
        KvAdmin admin = admin(node)) {
      assertThatExceptionOfType(RefusedException.class)
          .isThrownBy(() -> admin.restoreBackup(file, progress -> {}))
          .withMessageContaining("the cluster is not empty");
    }
  }

  @Test
  void whatIsRefusedInTheMidstIsNotSaidToBeUnchanged() {
    written();
    AtomicInteger calls = new AtomicInteger();
    ScriptedNode.AdminPart full =
        ends(Status.Code.RESOURCE_EXHAUSTED, "the disk of n1 is full", "relaykv-node", "n1");
    try (ScriptedNode node =
            ScriptedNode.start("n1")
                .onAdminCalls(
                    (to, serve) -> {
                      if (calls.incrementAndGet() == 2) {
                        full.onCall(to, serve);
                      } else {
                        serve.run();
                      }
                    });
        KvAdmin admin = admin(node)) {
      assertThatExceptionOfType(OutcomeUnknownException.class)
          .isThrownBy(() -> admin.restoreBackup(file, progress -> {}))
          .withMessageContaining("the disk of n1 is full; what is restored stays");
    }
  }

  @Test
  void aFileThatIsDamagedIsNotBegun() throws IOException {
    written();
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length - 40]++;
    Files.write(file, bytes);
    try (ScriptedNode node = ScriptedNode.start("n1");
        KvAdmin admin = admin(node)) {
      assertThatExceptionOfType(InvalidBackupException.class)
          .isThrownBy(() -> admin.restoreBackup(file, progress -> {}));
      assertThat(node.adminRequests()).isEmpty();
    }
  }

  @Test
  void whatIsHalfThereIsNotSaidToBeUnchanged() {
    written();
    AtomicInteger calls = new AtomicInteger();
    try (ScriptedNode node = ScriptedNode.start("n1")) {
      KvAdmin admin = admin(node);
      node.onAdminCalls(
          (to, serve) -> {
            if (calls.incrementAndGet() == 3) {
              admin.close();
            }
            serve.run();
          });
      assertThatExceptionOfType(OutcomeUnknownException.class)
          .isThrownBy(() -> admin.restoreBackup(file, progress -> {}))
          // Of that part, or of the end, if its answer came first.
          .withMessageContaining("; what is restored stays");
    }
  }

  private BackupInfo written() {
    return BackupFile.verify(
        Backups.write(file, Backups.HEADER, Backups.ROWS, Backups.END), progress -> {});
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(path -> path.getFileName().toString()).toList();
    }
  }
}
