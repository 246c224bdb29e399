package io.relaykv.server.disk;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SyncedNamesTest {
  private static final Path DIRECTORY = Path.of("/srv/kv data/raft/c/current");
  private static final String ROOT = "/dev/vda / ext4 rw,relatime 0 0";
  private static final String WITHOUT = "--------------e------- /srv/kv data";
  private static final String WITH_DIRSYNC = "-----------D--e------- /srv/kv data";

  private static Optional<String> remedy(String lsattr, String... mounts) {
    return new SyncedNames(DIRECTORY, List.of(mounts), file -> Optional.of(lsattr)).remedy();
  }

  @Test
  void onExtTheAttributeOrAMountOptionIsNeeded() {
    assertThat(remedy(WITHOUT, ROOT)).contains("chattr +D " + DIRECTORY);
    assertThat(remedy(WITH_DIRSYNC, ROOT)).isEmpty();
    assertThat(remedy(WITHOUT, "/dev/vda / ext4 rw,dirsync,relatime 0 0")).isEmpty();
    assertThat(remedy(WITHOUT, "/dev/vda / ext3 rw,sync 0 0")).isEmpty();
    assertThat(remedy(WITHOUT, "/dev/vda / ext2 rw,async 0 0")).isPresent();
  }

  @Test
  void onXfsAMountOptionIsNeeded() {
    assertThat(remedy(WITHOUT, ROOT, "/dev/vdb /srv xfs rw,noatime 0 0"))
        .contains("mount /srv with the option wsync");
    assertThat(remedy(WITHOUT, ROOT, "/dev/vdb /srv xfs rw,wsync 0 0")).isEmpty();
  }

  @Test
  void theFileSystemIsTheInnermostAndOfTwoTheLater() {
    String inner = "/dev/vdb /srv/kv\\040data ext4 rw,dirsync 0 0";
    assertThat(remedy(WITHOUT, inner, ROOT)).isEmpty();
    assertThat(remedy(WITHOUT, ROOT, "/dev/vdb /srv/kv ext4 rw,dirsync 0 0")).isPresent();
    assertThat(remedy(WITHOUT, inner, "/dev/vdc /srv/kv\\040data ext4 rw 0 0")).isPresent();
  }

  @Test
  void whatCannotBeFoundOutIsNotWarnedOf() {
    assertThat(remedy(WITHOUT)).isEmpty();
    assertThat(remedy(WITHOUT, "tmpfs / tmpfs rw 0 0")).isEmpty();
    assertThat(remedy(WITHOUT, "overlay / overlay rw 0 0")).isEmpty();
    assertThat(new SyncedNames(DIRECTORY, List.of(ROOT), file -> Optional.empty()).remedy())
        .isEmpty();
  }
}
