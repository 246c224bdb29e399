package io.relaykv.client.internal;

import static io.relaykv.client.internal.Backups.account;
import static io.relaykv.client.internal.Backups.apiKey;
import static io.relaykv.client.internal.Backups.entry;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.UnknownFieldSet;
import io.relaykv.client.BackedUpAccount;
import io.relaykv.client.BackupFile;
import io.relaykv.client.BackupInfo;
import io.relaykv.client.BackupProgress;
import io.relaykv.client.InvalidBackupException;
import io.relaykv.protocol.Limits;
import io.relaykv.protocol.backup.BackupEnd;
import io.relaykv.protocol.backup.BackupHeader;
import io.relaykv.protocol.backup.BackupPart;
import io.relaykv.protocol.backup.BackupRows;
import io.relaykv.protocol.state.ApiKeyRow;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files as they are written, read again and damaged. */
class BackupFileTest {
  private Path directory;
  private Path file;

  @BeforeEach
  void write(@TempDir Path temp) {
    directory = temp;
    file = write(Backups.HEADER, Backups.ROWS, Backups.END);
  }

  private Path write(BackupHeader header, List<BackupRows> rows, BackupEnd end) {
    return Backups.write(directory.resolve("backup"), header, rows, end);
  }

  private static BackupInfo verify(Path file) {
    return BackupFile.verify(file, progress -> {});
  }

  @Test
  void tellsWhatIsInIt() throws Exception {
    List<BackupProgress> progress = new ArrayList<>();
    BackupInfo info = BackupFile.verify(file, progress::add);
    byte[] bytes = Files.readAllBytes(file);
    assertThat(info)
        .isEqualTo(
            new BackupInfo(
                HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes)),
                bytes.length,
                "prod",
                "6e1c",
                "n1",
                812,
                Instant.parse("2026-01-02T03:04:05Z"),
                List.of(
                    new BackedUpAccount(1, "shop", 0, 1, 2, 14),
                    new BackedUpAccount(4, "till", 100, 1, 1, 3)),
                2,
                3,
                17));
    assertThat(progress).hasSize(2);
    assertThat(progress.get(1).keys()).isEqualTo(3);
    assertThat(progress.get(1).phase()).isEqualTo(BackupProgress.Phase.CHECKING);
  }

  @Test
  void isLaidOutAsTheDocumentationSays() throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    assertThat(new String(bytes, 0, 8, US_ASCII)).isEqualTo("RELAYKVB");
    int length = ByteBuffer.wrap(bytes).getInt(8);
    assertThat(BackupPart.parseFrom(Arrays.copyOfRange(bytes, 16, 16 + length)).getHeader())
        .isEqualTo(Backups.HEADER);
    CRC32C crc = new CRC32C();
    crc.update(bytes, 8, 4);
    crc.update(bytes, 16, length);
    assertThat(ByteBuffer.wrap(bytes).getInt(12)).isEqualTo((int) crc.getValue());
  }

  @Test
  void aBitThatHasFlippedIsFoundWhereverItIs() throws IOException {
    byte[] whole = Files.readAllBytes(file);
    List<Integer> records = recordsOf(whole);
    for (int bit = 0; bit < 8 * whole.length; bit++) {
      byte[] flipped = whole.clone();
      flipped[bit / 8] ^= (byte) (1 << bit % 8);
      InvalidBackupException wrong = wrong(flipped);
      int at = bit / 8;
      long recordAt = records.stream().filter(begin -> begin <= at).reduce((a, b) -> b).orElse(0);
      assertThat(wrong.offset()).as("bit %d of byte %d", bit % 8, at).isEqualTo(recordAt);
    }
  }

  @Test
  void aFileThatIsCutOffIsFoundWhereverItIsCut() throws IOException {
    byte[] whole = Files.readAllBytes(file);
    for (int length = 0; length < whole.length; length++) {
      InvalidBackupException wrong = wrong(Arrays.copyOf(whole, length));
      assertThat(wrong.offset()).as("%d bytes", length).isLessThanOrEqualTo(length);
      assertThat(wrong)
          .hasMessageContaining(
              length == 0
                  ? "the file is empty"
                  : length < 8 ? "is no backup of RelayKV" : "it ends after " + length + " bytes");
    }
  }

  @Test
  void recordsThatAreLeftOutDoubledOrSwappedAreFound() throws IOException {
    byte[] whole = Files.readAllBytes(file);
    List<Integer> at = recordsOf(whole);
    byte[] magic = Arrays.copyOf(whole, 8);
    List<byte[]> records = new ArrayList<>();
    for (int i = 0; i < at.size(); i++) {
      int end = i + 1 < at.size() ? at.get(i + 1) : whole.length;
      records.add(Arrays.copyOfRange(whole, at.get(i), end));
    }
    assertThat(records).hasSize(4);
    List<List<Integer>> orders =
        List.of(
            List.of(0, 1, 3),
            List.of(0, 2, 3),
            List.of(1, 2, 3),
            List.of(0, 3),
            List.of(0, 1, 1, 2, 3),
            List.of(0, 2, 1, 3),
            List.of(0, 0, 1, 2, 3),
            List.of(0, 1, 2, 3, 3),
            List.of(0, 1, 2, 3, 0, 1, 2, 3));
    for (List<Integer> order : orders) {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      bytes.writeBytes(magic);
      order.forEach(number -> bytes.writeBytes(records.get(number)));
      assertThat(wrong(bytes.toByteArray())).as("%s", order).isNotNull();
    }
  }

  @Test
  void anotherFormatIsNoBackup() throws IOException {
    assertThat(wrong("{\"key\":\"a\",\"value\":1}\n".getBytes(US_ASCII)))
        .hasMessage(
            directory.resolve("wrong")
                + ", at byte 0: this is no backup of RelayKV: those begin with \"RELAYKVB\"");
    assertThat(wrong(new byte[1 << 20])).hasMessageContaining("is no backup of RelayKV");
  }

  @Test
  void aLaterFormatIsRefused() {
    write(Backups.HEADER.toBuilder().setFormatVersion(2).build(), Backups.ROWS, Backups.END);
    assertThat(wrong())
        .hasMessageContaining("it has format 2; this version of RelayKV reads format 1");
  }

  @Test
  void whatClustersWouldRefuseIsFound() {
    String large = "\"" + "v".repeat(Limits.MAX_VALUE_BYTES) + "\"";
    List<BackupRows.Builder> wrong =
        List.of(
            rows().addAccounts(account(4, "again", 0, 0)),
            rows().addAccounts(account(9, "shop", 0, 0)),
            rows().addAccounts(account(10, "beyond", 0, 0)),
            rows().addAccounts(account(9, "Not a name", 0, 0)),
            rows().addApiKeys(apiKey(18, 1)),
            rows().addApiKeys(apiKey(21, 1)),
            rows().addApiKeys(apiKey(19, 7)),
            rows()
                .addApiKeys(apiKey(19, 1).toBuilder().setRow(ApiKeyRow.newBuilder().setRead(true))),
            rows().addEntries(entry(1, "z", "1")),
            rows().addEntries(entry(4, "a", "1")),
            rows().addEntries(entry(7, "a", "1")),
            rows().addEntries(entry(4, "not a key", "1")),
            rows().addEntries(entry(4, "b", "{")),
            rows().addEntries(entry(4, "b", " 1")),
            rows().addEntries(entry(4, "b", large)));
    for (int i = 0; i < wrong.size(); i++) {
      List<BackupRows> rows = new ArrayList<>(Backups.ROWS);
      rows.add(wrong.get(i).build());
      write(Backups.HEADER, rows, Backups.END);
      InvalidBackupException found = wrong();
      assertThat(found).as("%d", i).hasMessageMatching("[ -~]*, at byte [0-9]+: [ -~]*");
    }
  }

  private static BackupRows.Builder rows() {
    return BackupRows.newBuilder();
  }

  @Test
  void countsThatAreNotThoseOfTheFileAreFound() {
    write(
        Backups.HEADER,
        Backups.ROWS,
        BackupEnd.newBuilder().setCounts(Backups.END.getCounts().toBuilder().setKeys(4)).build());
    assertThat(wrong())
        .hasMessageContaining(
            "the file holds something else than it says it does: 2 accounts, 2 API keys, 3 keys");
    write(
        Backups.HEADER,
        List.of(
            BackupRows.newBuilder().addAccounts(account(4, "till", 100, 7)).build(),
            BackupRows.newBuilder().addEntries(entry(4, "a", "42")).build()),
        BackupEnd.newBuilder()
            .setCounts(
                Backups.END.getCounts().toBuilder()
                    .setAccounts(1)
                    .clearApiKeys()
                    .setKeys(1)
                    .setDataBytes(3))
            .build());
    assertThat(wrong()).hasMessageContaining("account till does not hold what was counted");
  }

  @Test
  void aPartThatThisVersionDoesNotKnowIsFound() throws IOException {
    try (BackupWriter writer = BackupWriter.prepare(file, true)) {
      writer.begin();
      writer.add(Backups.header(Backups.HEADER));
      writer.add(
          BackupPart.newBuilder()
              .setUnknownFields(
                  UnknownFieldSet.newBuilder()
                      .addField(9, UnknownFieldSet.Field.newBuilder().addVarint(1).build())
                      .build())
              .build());
      var unused = writer.finish(Backups.END);
    }
    assertThat(wrong()).hasMessageContaining("this is no part that this version knows");
  }

  @Test
  void isReadableByItsOwnerAloneAndReplacesNothingUnlessTold() throws IOException {
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    byte[] before = Files.readAllBytes(file);
    assertThatExceptionOfType(UncheckedIOException.class)
        .isThrownBy(() -> BackupWriter.prepare(file, false))
        .withMessage(file + " cannot be written: exists already");
    Path late = directory.resolve("late");
    try (BackupWriter writer = BackupWriter.prepare(late, false)) {
      writer.begin();
      writer.add(Backups.header(Backups.HEADER));
      Files.writeString(late, "somebody else's");
      assertThatExceptionOfType(UncheckedIOException.class)
          .isThrownBy(() -> writer.finish(Backups.END))
          .withMessage(late + " cannot be written: exists already");
    }
    assertThat(late).hasContent("somebody else's");
    assertThat(Files.readAllBytes(file)).isEqualTo(before);
    assertThat(names()).containsExactlyInAnyOrder("backup", "late");
  }

  @Test
  void whatWasNotFinishedIsNotThere() throws IOException {
    Path other = directory.resolve("other");
    try (BackupWriter writer = BackupWriter.prepare(other, false)) {
      writer.begin();
      writer.add(Backups.header(Backups.HEADER));
    }
    assertThat(names()).containsExactly("backup");
    assertThatExceptionOfType(UncheckedIOException.class)
        .isThrownBy(() -> BackupWriter.prepare(directory.resolve("no/such/x"), false))
        .withMessageContaining("no/such/x cannot be written");
  }

  @Test
  void aSecondBeginningLeavesNothingOfTheFirst() {
    Path other = directory.resolve("other");
    try (BackupWriter writer = BackupWriter.prepare(other, false)) {
      writer.begin();
      writer.add(Backups.header(Backups.HEADER.toBuilder().setAppliedIndex(1).build()));
      Backups.ROWS.forEach(rows -> writer.add(Backups.rows(rows)));
      Backups.ROWS.forEach(rows -> writer.add(Backups.rows(rows)));
      writer.begin();
      writer.add(Backups.header(Backups.HEADER));
      Backups.ROWS.forEach(rows -> writer.add(Backups.rows(rows)));
      assertThat(writer.finish(Backups.END)).isEqualTo(verify(file).sha256());
    }
    assertThat(verify(other)).isEqualTo(verify(file));
  }

  @Test
  void aFileThatIsNotThereCannotBeRead() {
    assertThatExceptionOfType(UncheckedIOException.class)
        .isThrownBy(() -> verify(directory.resolve("none")))
        .withMessageContaining("none cannot be read");
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(path -> path.getFileName().toString()).toList();
    }
  }

  private InvalidBackupException wrong() {
    return catchThrowableOfType(InvalidBackupException.class, () -> verify(file));
  }

  private InvalidBackupException wrong(byte[] content) throws IOException {
    Path wrong = directory.resolve("wrong");
    Files.write(wrong, content);
    InvalidBackupException found =
        catchThrowableOfType(InvalidBackupException.class, () -> verify(wrong));
    assertThat(found).isNotNull();
    return found;
  }

  /** Where the records begin. */
  private static List<Integer> recordsOf(byte[] whole) {
    List<Integer> records = new ArrayList<>();
    for (int at = 8; at < whole.length; at += 8 + ByteBuffer.wrap(whole).getInt(at)) {
      records.add(at);
    }
    return records;
  }
}
