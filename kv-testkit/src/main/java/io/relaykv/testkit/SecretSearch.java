package io.relaykv.testkit;

import io.relaykv.protocol.ApiKeyText;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/** Looks for the secrets of keys where none may be: as text, and as the bytes they stand for. */
public final class SecretSearch {
  private static final int HEX_DIGITS = 2 * ApiKeyText.SECRET_BYTES;

  private final List<String> needles = new ArrayList<>();

  /** Looks for the secrets of these keys. */
  public SecretSearch(Collection<String> keys) {
    for (String key : keys) {
      String hex = key.substring(key.length() - HEX_DIGITS);
      // Half of it, so that one that was cut is found too.
      needles.add(hex.substring(0, HEX_DIGITS / 2));
      needles.add(hex.substring(HEX_DIGITS / 2));
      byte[] half = HexFormat.of().parseHex(hex.substring(0, HEX_DIGITS / 2));
      needles.add(new String(half, StandardCharsets.ISO_8859_1));
    }
  }

  /** Whether {@code text} holds one of them. */
  public boolean isIn(String text) {
    return needles.stream().anyMatch(text::contains);
  }

  /** The files below {@code directory} that hold one of them. */
  public List<Path> filesBelow(Path directory) {
    try (Stream<Path> files = Files.walk(directory)) {
      return files.filter(Files::isRegularFile).filter(this::isIn).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private boolean isIn(Path file) {
    try {
      // One character for each byte, whatever it means.
      return isIn(Files.readString(file, StandardCharsets.ISO_8859_1));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot look for secrets in " + file, e);
    }
  }
}
