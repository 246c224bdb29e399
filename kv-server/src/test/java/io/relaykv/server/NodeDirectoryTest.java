package io.relaykv.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.relaykv.server.NodeDirectory.Stage;
import io.relaykv.server.raft.ClusterIds;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodeDirectoryTest {
  private NodeSettings settings;

  @BeforeEach
  void chooseADirectory(@TempDir Path directory) {
    settings = NodeSettings.in(directory);
  }

  @Test
  void bootstrapMakesADirectoryThatOpens() throws IOException {
    NodeDirectory.bootstrap(settings.config());

    NodeDirectory opened = NodeDirectory.open(settings.config());
    assertThat(opened.raft()).isEqualTo(settings.data().resolve("raft"));
    assertThat(opened.database()).isEqualTo(settings.data().resolve("db"));
  }

  @Test
  void bootstrapTakesAnEmptyDirectory() throws IOException {
    Files.createDirectory(settings.data());

    NodeDirectory.bootstrap(settings.config());

    assertThat(identity()).exists();
  }

  @Test
  void bootstrapTakesAFileSystemOfItsOwn() throws IOException {
    Files.createDirectories(settings.data().resolve("lost+found"));

    NodeDirectory.bootstrap(settings.config());

    assertThat(identity()).exists();
  }

  @Test
  void bootstrapRefusesADirectoryWithAnythingInIt() throws IOException {
    Files.createDirectory(settings.data());
    Files.createFile(settings.data().resolve("something"));

    assertRefused(() -> NodeDirectory.bootstrap(settings.config()), "is not empty");
    assertThat(identity()).doesNotExist();
  }

  @Test
  void bootstrapDoesNotTouchANodeThatIsThere() throws IOException {
    NodeDirectory.bootstrap(settings.config());
    byte[] before = Files.readAllBytes(identity());

    assertRefused(
        () -> NodeDirectory.bootstrap(settings.with("cluster.name", "other").config()),
        "is not empty");
    assertThat(identity()).hasBinaryContent(before);
  }

  @Test
  void aStartRefusesAMissingOrEmptyDirectory() throws IOException {
    assertRefused(() -> NodeDirectory.open(settings.config()), "holds no RelayKV node");
    assertThat(settings.data()).as("nothing is made silently").doesNotExist();

    Files.createDirectory(settings.data());
    assertRefused(() -> NodeDirectory.open(settings.config()), "holds no RelayKV node");
  }

  @Test
  void aStartRefusesTheDataOfAnotherCluster() throws IOException {
    NodeDirectory.bootstrap(settings.with("cluster.name", "other").config());

    assertRefused(
        () -> NodeDirectory.open(settings.config()),
        "says cluster.name = other; the configuration says test");
  }

  @Test
  void aStartRefusesTheDataOfAnotherNode() throws IOException {
    NodeDirectory.bootstrap(
        settings
            .with("node.id", "n2")
            .with(
                "cluster.peers",
                "[{id = n2, client = \"127.0.0.1:7400\", peer = \"127.0.0.1:7401\"}]")
            .config());

    assertRefused(
        () -> NodeDirectory.open(settings.config()),
        "says node.id = n2; the configuration says n1");
  }

  @Test
  void aStartRefusesAFormatItDoesNotKnow() throws IOException {
    NodeDirectory.bootstrap(settings.config());
    Files.writeString(identity(), Files.readString(identity()).replace("format=1", "format=2"));

    assertRefused(() -> NodeDirectory.open(settings.config()), "format = 2, not 1");
  }

  @Test
  void aStartRefusesAnIdentityThatCannotBeRead() throws IOException {
    NodeDirectory.bootstrap(settings.config());

    Files.write(identity(), new byte[] {(byte) 0xC3, (byte) 0x28});
    assertRefused(() -> NodeDirectory.open(settings.config()), "node.properties is damaged");
    Files.writeString(identity(), "format=\\u12");
    assertRefused(() -> NodeDirectory.open(settings.config()), "node.properties is damaged");
    Files.writeString(identity(), "");
    assertRefused(() -> NodeDirectory.open(settings.config()), "node.properties is damaged");
  }

  @Test
  void aStartRefusesAnIdentityThatDoesNotSayWhetherTheNodeHasRun() throws IOException {
    NodeDirectory.bootstrap(settings.config());
    Files.writeString(
        identity(), Files.readString(identity()).replace("started=false", "started=tsue"));

    assertRefused(
        () -> NodeDirectory.open(settings.config()), "does not say whether the node has run");
  }

  @Test
  void aNodeThatHasRunNeedsItsLog() throws IOException {
    NodeDirectory.bootstrap(settings.config());
    NodeDirectory.open(settings.config()).markStarted();

    assertRefused(() -> NodeDirectory.open(settings.config()), "though this node has run before");

    Files.createDirectories(
        settings
            .data()
            .resolve("raft")
            .resolve(ClusterIds.of("test").toString())
            .resolve("current"));
    assertThat(NodeDirectory.open(settings.config())).isNotNull();
  }

  @Test
  void aDirectoryToJoinIsMadeOnlyWhereNothingIs() throws IOException {
    NodeDirectory.makeToJoin(settings.config());
    NodeDirectory waiting = NodeDirectory.open(settings.config());
    assertThat(waiting.stage()).isEqualTo(Stage.WAITING);

    waiting.mark(Stage.WELCOMED);
    NodeDirectory.makeToJoin(settings.config());
    assertThat(NodeDirectory.open(settings.config()).stage()).isEqualTo(Stage.WELCOMED);
  }

  @Test
  void aNodeOfANewClusterIsAMemberAndStaysOneWhenItIsToldToJoin() throws IOException {
    NodeDirectory.bootstrap(settings.config());
    NodeDirectory.makeToJoin(settings.config());

    assertThat(NodeDirectory.open(settings.config()).stage()).isEqualTo(Stage.MEMBER);
  }

  @Test
  void aDirectoryWithSomethingElseIsNotJoinedWith() throws IOException {
    Files.createDirectory(settings.data());
    Files.createFile(settings.data().resolve("something"));
    NodeDirectory.makeToJoin(settings.config());

    assertRefused(() -> NodeDirectory.open(settings.config()), "holds no RelayKV node");
  }

  @Test
  void aNodeThatWasRemovedNeverStartsAgain() throws IOException {
    NodeDirectory.bootstrap(settings.config());
    NodeDirectory.open(settings.config()).mark(Stage.REMOVED);

    assertRefused(
        () -> NodeDirectory.open(settings.config()), "no longer a member of cluster test");
    NodeDirectory.makeToJoin(settings.config());
    assertRefused(
        () -> NodeDirectory.open(settings.config()), "no longer a member of cluster test");
  }

  @Test
  void asksForFreeSpace() throws IOException {
    NodeDirectory.bootstrap(settings.config());
    NodeDirectory directory = NodeDirectory.open(settings.config());

    directory.requireFreeBytes(1);
    assertThatIOException()
        .isThrownBy(() -> directory.requireFreeBytes(Long.MAX_VALUE))
        .withMessageEndingWith("disk.free-min asks for 9223372036854775807");
  }

  private Path identity() {
    return settings.data().resolve("node.properties");
  }

  private static void assertRefused(ThrowingCallable start, String reason) {
    assertThatExceptionOfType(StartRefusedException.class)
        .isThrownBy(start)
        .withMessageContaining(reason);
  }
}
