package io.relaykv.server.disk;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import java.util.Properties;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.server.storage.RaftStorageMetadata;
import org.apache.ratis.thirdparty.com.google.protobuf.InvalidProtocolBufferException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at the two small files beside Ratis' log, which Ratis replaces silently: without its vote a
 * node votes twice, without its members it takes those of its configuration for the present ones.
 *
 * <p>Ratis writes a new file beside the old one and puts it in its place also when the writing
 * fails (RaftStorageMetadataFileImpl, RaftStorageImpl, Ratis 3.3.0): a full disk leaves either
 * empty. That is mended, as a disk that is full is full on all nodes; anything else is refused.
 * (docs/adr/0016)
 */
final class RaftMetaCheck {
  private static final Logger log = LoggerFactory.getLogger(RaftMetaCheck.class);

  /** As Ratis writes it. */
  private static final String NO_VOTE = RaftStorageMetadata.getDefault().getVotedFor().toString();

  /**
   * A node that has lost its vote goes on so many terms later, in which it cannot have voted. Its
   * log has an entry of each leader that it followed: the terms since are those of elections that
   * nobody won, or whose winner it never heard of, an election timeout each.
   */
  static final long SKIPPED_TERMS = 1_000_000;

  private RaftMetaCheck() {}

  /**
   * {@code raft-meta}: the term, and whom this node voted for in it. An empty one is for {@link
   * #raiseTerm}.
   */
  static void requireVote(Path file) throws IOException {
    if (!Files.exists(file)) {
      throw DamagedDataException.beyondRepair(file, "is gone, though this node has run before");
    }
    if (Files.size(file) == 0) {
      return;
    }
    Properties properties = read(file);
    if (!properties.getProperty("term", "").matches("\\d{1,18}")
        || properties.getProperty("votedFor") == null) {
      throw DamagedDataException.beyondRepair(file, "is damaged: it names no term and vote");
    }
  }

  private static Properties read(Path file) throws IOException {
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(file)) {
      properties.load(reader);
      return properties;
    } catch (CharacterCodingException | IllegalArgumentException e) {
      throw DamagedDataException.beyondRepair(file, "is damaged: " + e.getMessage());
    }
  }

  /**
   * Brings {@code raft-meta} up to the term of the last entry that this node has. Ratis writes a
   * new term there once, and goes on in it if that fails on a full disk; a power cut may take back
   * the name of the file. With the earlier term the node would follow an earlier leader, and let it
   * overwrite what was acknowledged. In the later term it has voted for nobody, as far as it knows.
   *
   * @param lastTerm of the last entry in log, database or snapshot; 0 if there is none
   */
  static void raiseTerm(Path file, long lastTerm) throws IOException {
    if (Files.size(file) == 0) {
      long later = lastTerm + SKIPPED_TERMS;
      writeTerm(file, later);
      log.warn(
          "{} was empty, as a full disk leaves it: this node has forgotten its vote and goes on in term {}",
          file,
          later);
      return;
    }
    String before = read(file).getProperty("term");
    if (Long.parseLong(before) < lastTerm) {
      writeTerm(file, lastTerm);
      log.warn(
          "{} named term {}, this node has entries of term {}: raised", file, before, lastTerm);
    }
  }

  private static void writeTerm(Path file, long term) throws IOException {
    Properties properties = new Properties();
    properties.setProperty("term", Long.toString(term));
    properties.setProperty("votedFor", NO_VOTE);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    properties.store(bytes, "");
    replace(file, bytes.toByteArray());
  }

  private static void replace(Path file, byte[] content) throws IOException {
    Path unfinished = file.resolveSibling(file.getFileName() + ".mended");
    Files.write(unfinished, content);
    Fsync.file(unfinished);
    Files.move(
        unfinished, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    Fsync.directory(file.resolveSibling("."));
  }

  /**
   * {@code raft-meta.conf}: the members.
   *
   * @param mayBeMissing whether Ratis finds them in the log, or there are none yet
   * @param inLog the last entry of the log that names them and is committed
   */
  static void requireMembers(Path file, boolean mayBeMissing, Optional<LogEntryProto> inLog)
      throws IOException {
    if (Files.exists(file) && Files.size(file) == 0 && mayBeMissing) {
      mendMembers(file, inLog);
    }
    if (!Files.exists(file)) {
      if (!mayBeMissing) {
        throw DamagedDataException.beyondRepair(file, "is gone, though this node has run before");
      }
      return;
    }
    try {
      LogEntryProto entry = LogEntryProto.parseFrom(Files.readAllBytes(file));
      if (entry.getConfigurationEntry().getPeersCount() > 0) {
        return;
      }
    } catch (InvalidProtocolBufferException e) {
      // as if it named nobody
    }
    throw DamagedDataException.beyondRepair(file, "is damaged: it names no members");
  }

  private static void mendMembers(Path file, Optional<LogEntryProto> inLog) throws IOException {
    if (inLog.isPresent()) {
      replace(file, inLog.get().toByteArray());
    } else {
      // Ratis writes it when it applies the entry that names them.
      Files.delete(file);
      Fsync.directory(file.resolveSibling("."));
    }
    log.warn("{} was empty, as a full disk leaves it: the members are taken from the log", file);
  }
}
