package io.relaykv.server;

import io.relaykv.protocol.ApiKeyText;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Makes an admin key. */
@Command(
    name = "keygen",
    description = {
      "Makes an admin key, and prints the line for the configuration of every node.",
      "The line holds the key's hash, from which nobody finds the key."
    },
    mixinStandardHelpOptions = true)
final class KeygenCommand implements Callable<Integer> {
  @Option(
      names = {"-O", "--output-file"},
      paramLabel = "FILE",
      description =
          "Write the key to this file, which must not exist yet and which only you can read, rather"
              + " than to standard output.")
  private @Nullable Path file;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws IOException {
    byte[] secret = new byte[ApiKeyText.SECRET_BYTES];
    new SecureRandom().nextBytes(secret);
    ApiKeyText key = ApiKeyText.of(ApiKeyText.ADMIN, secret);
    PrintWriter out = spec.commandLine().getOut();
    Path into = file;
    if (into == null) {
      out.println(key.reveal());
      out.println();
    } else {
      write(into, key);
    }
    out.println(
        "security.admin-key-sha256 = [\"%s\"]"
            .formatted(HexFormat.of().formatHex(key.secretSha256())));
    out.flush();
    return ExitCodes.OK;
  }

  private static void write(Path file, ApiKeyText key) throws IOException {
    try (FileChannel channel =
        FileChannel.open(
            file,
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
      writeOrRemove(channel, file, key);
    } catch (FileAlreadyExistsException e) {
      throw new IOException(file + " exists already; it is not overwritten");
    } catch (NoSuchFileException e) {
      throw new IOException(file + " cannot be made: there is no such directory");
    }
  }

  private static void writeOrRemove(FileChannel channel, Path file, ApiKeyText key)
      throws IOException {
    try {
      ByteBuffer line = ByteBuffer.wrap((key.reveal() + "\n").getBytes(StandardCharsets.US_ASCII));
      while (line.hasRemaining()) {
        channel.write(line);
      }
      channel.force(true);
    } catch (IOException e) {
      // Half of a key is of no use to anybody.
      Files.deleteIfExists(file);
      throw e;
    }
  }
}
