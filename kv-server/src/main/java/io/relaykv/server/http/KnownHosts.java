package io.relaykv.server.http;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * By which names the port may be asked. A page from elsewhere, open in a browser on this machine,
 * can have its own name lead to this port (DNS rebinding), and the browser then lets it read the
 * answers; but it says that name in the {@code Host} header.
 *
 * <p>Nobody from elsewhere has a name that is an address, has no dot, or ends in {@code
 * .localhost}: these are always taken, as is a request without the header, which no browser makes.
 */
public final class KnownHosts {
  /** Takes every name, for ports that others reach anyway. */
  public static final KnownHosts ANY = new KnownHosts(false, List.of());

  private static final Pattern ALWAYS =
      Pattern.compile("[\\d.]+|\\[[^\\]]*\\]|[^.]*|.*\\.localhost");

  private static final Pattern PORT = Pattern.compile(":\\d*$");

  private final boolean checked;
  private final Set<String> names;

  private KnownHosts(boolean checked, Collection<String> names) {
    this.checked = checked;
    this.names = names.stream().map(KnownHosts::lowerCase).collect(Collectors.toUnmodifiableSet());
  }

  /** Takes these names too, and no others. */
  public static KnownHosts of(Collection<String> names) {
    return new KnownHosts(true, names);
  }

  /**
   * @param headers every {@code Host} header of the request
   */
  boolean know(Collection<String> headers) {
    return !checked || headers.stream().allMatch(this::knows);
  }

  private boolean knows(String header) {
    String host = PORT.matcher(lowerCase(header.strip())).replaceFirst("");
    if (host.endsWith(".")) {
      host = host.substring(0, host.length() - 1);
    }
    return ALWAYS.matcher(host).matches() || names.contains(host);
  }

  private static String lowerCase(String text) {
    return text.toLowerCase(Locale.ROOT);
  }
}
