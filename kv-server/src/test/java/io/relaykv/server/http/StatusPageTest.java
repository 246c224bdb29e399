package io.relaykv.server.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class StatusPageTest {
  private final StatusPage page = StatusPage.load();

  @Test
  void isSmall() {
    assertThat(page.html().getBytes(UTF_8)).hasSizeLessThan(40_000);
  }

  @Test
  void asksNobodyElse() {
    // The name of SVG's elements is no address.
    String html = page.html().replace("http://www.w3.org/2000/svg", "");
    assertThat(html).doesNotContainPattern("(?i)https?:|//[a-z0-9-]+\\.|@import|url\\(");
    assertThat(html).doesNotContainPattern(Pattern.compile("(src|action)=", 0));
  }

  @Test
  void makesNoMarkupOfText() {
    assertThat(page.html())
        .doesNotContainPattern(
            "innerHTML|outerHTML|insertAdjacentHTML|document\\.write|eval\\(|Function\\(|srcdoc");
    assertThat(page.html()).as("which the policy would refuse").doesNotContainPattern(" style=");
    assertThat(page.html()).doesNotContainPattern("(?i) on[a-z]+=");
  }

  @Test
  void allowsItsOwnScriptAndStyleAndNothingElse() {
    assertThat(StatusPage.of("<style>a</style><script>b</script>").contentSecurityPolicy())
        .isEqualTo(
            "default-src 'none'; script-src 'sha256-PiPoFgA5WUoziU9lZOGxNIu9egCI1CxKy3PurtWcAJ0=';"
                + " style-src 'sha256-ypeBEsobvcr6wjGzmiPcTaeG7/gUfE5yuYB3ha/uSLs=';"
                + " connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none';"
                + " frame-ancestors 'none'");
  }

  @Test
  void aPageWithoutAScriptIsNone() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> StatusPage.of("<style>a</style>"))
        .withMessage("the page has no script");
  }
}
