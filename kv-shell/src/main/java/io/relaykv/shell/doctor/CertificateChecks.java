package io.relaykv.shell.doctor;

import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.List;

/** Judges how long certificates are still valid. */
public final class CertificateChecks {
  private static final long WARNING_DAYS = 30;
  private static final long PROBLEM_DAYS = 7;

  private CertificateChecks() {}

  /**
   * Judges the one of {@code certificates} that ends first.
   *
   * @param about whose they are
   * @param certificates at least one
   * @param next how to get new ones
   */
  public static Finding of(
      String about, List<X509Certificate> certificates, Instant now, String next) {
    Instant end =
        certificates.stream()
            .map(certificate -> certificate.getNotAfter().toInstant())
            .min(Comparator.naturalOrder())
            .orElseThrow();
    String day = DateTimeFormatter.ISO_LOCAL_DATE.withZone(ZoneOffset.UTC).format(end);
    if (end.isBefore(now)) {
      return Finding.problem("certificate", about, "has ended on " + day, next);
    }
    long days = Duration.between(now, end).toDays();
    String found = "%,d days left, until %s".formatted(days, day);
    if (days <= PROBLEM_DAYS) {
      return Finding.problem("certificate", about, found, next);
    }
    return days <= WARNING_DAYS
        ? Finding.warning("certificate", about, found, next)
        : Finding.ok("certificate", about, found);
  }
}
