package io.relaykv.tests.docs;

import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import io.relaykv.server.config.HostPort;
import io.relaykv.server.config.NodeConfig;
import io.relaykv.server.config.NodeConfig.Peer;
import io.relaykv.server.http.HttpEndpoints;
import io.relaykv.server.http.KnownHosts;
import io.relaykv.server.http.NodeProbe;
import io.relaykv.server.http.Readiness;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What deploy/docker and deploy/kubernetes suppose of RelayKV is so. Whether engines understand
 * them is for deploy/test/containers-check.sh.
 */
class ContainerFilesTest {
  private static final String DOCKERFILE = "deploy/docker/Dockerfile";
  private static final String COMPOSE = "deploy/docker/compose.yaml";
  private static final String BASE = "deploy/kubernetes/base/";
  private static final String STATEFUL_SET = BASE + "statefulset.yaml";
  private static final String NETWORK = BASE + "network.yaml";
  private static final String CLUSTER = "deploy/kubernetes/cluster/";
  private static final String SHELL = "deploy/kubernetes/shell/";
  private static final List<String> NODES = List.of("n1", "n2", "n3");

  @ParameterizedTest
  @ValueSource(strings = {"n1", "n2", "n3"})
  void composeGivesEachNodeAConfigurationItCanStartWith(String node) throws IOException {
    YamlValue service = YamlValue.document(COMPOSE).at("services." + node);
    NodeConfig config = imageConfig(environment(service.at("environment")));
    assertThat(config.nodeId()).isEqualTo(node);
    assertThat(config.cluster().peers())
        .as("other containers reach a node by the name of its service")
        .isEqualTo(
            NODES.stream()
                .map(
                    id ->
                        new Peer(
                            id,
                            new HostPort(id, config.listen().client().port()),
                            new HostPort(id, config.listen().peer().port())))
                .toList());
    assertThat(service.at("volumes").texts()).containsExactly(node + ":" + mountPoint(config));
    assertThat(service.at("command").texts())
        .containsExactly("start", "--config", mountPoint(config) + "/etc/kv-server.conf");
    assertThat(service.at("ports").texts())
        .as("on this machine alone")
        .allMatch(port -> port.startsWith("127.0.0.1:"))
        .allMatch(port -> port.endsWith(":" + config.listen().http().port()));
    assertThat(config.listen().httpHosts()).as("as it is published").isNotEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"n1", "n2", "n3"})
  void composeBootstrapsEachNodeInItsVolumeAndOnlyWhenAsked(String node) throws IOException {
    YamlValue services = YamlValue.document(COMPOSE).at("services");
    YamlValue bootstrap = services.at("bootstrap-" + node);
    assertThat(bootstrap.at("profiles").texts()).containsExactly("bootstrap");
    assertThat(bootstrap.at("command").texts()).containsExactly("node", node);
    assertThat(bootstrap.at("environment.RELAYKV_NODE_ID").text()).isEqualTo(node);
    assertThat(bootstrap.at("volumes").texts())
        .containsAll(services.at(node + ".volumes").texts())
        .contains("keys:/keys");
  }

  @Test
  void allSpeakOfTheSameVersion() throws IOException {
    String version =
        Monitoring.found("<artifactId>relaykv</artifactId>\n  <version>(.+)</version>", pom())
            .get(0);
    List<String> spokenOf = new ArrayList<>();
    spokenOf.addAll(Monitoring.found("image.version=\"(.+)\"", Repository.read(DOCKERFILE)));
    spokenOf.addAll(Monitoring.found("-t relaykv:(\\S+)", Repository.read(DOCKERFILE)));
    spokenOf.addAll(Monitoring.found("image: relaykv:(\\S+)", Repository.read(COMPOSE)));
    for (String directory : List.of(CLUSTER, SHELL)) {
      spokenOf.add(kustomization(directory).at("images.0.newTag").text());
    }
    assertThat(spokenOf).hasSize(5).containsOnly(version);
  }

  @Test
  void probesAskWhatNodesAnswer() throws Exception {
    YamlValue node = pod().at("containers.0");
    List<String> restarts =
        List.of(
            node.at("livenessProbe.httpGet.path").text(),
            node.at("startupProbe.httpGet.path").text(),
            "/" + Monitoring.found("probe.sh\", \"(.+)\"", Repository.read(DOCKERFILE)).get(0));
    assertThat(restarts)
        .as("a cluster without a majority is not restarted to pieces")
        .containsOnly("/livez");
    List<String> all = new ArrayList<>(restarts);
    all.add(node.at("readinessProbe.httpGet.path").text());
    all.add("/" + YamlValue.document(COMPOSE).at("services.n1.healthcheck.test.2").text());
    assertThat(all).contains("/readyz");
    try (HttpEndpoints endpoints = endpoints(true)) {
      for (String path : all) {
        URI uri = URI.create("http://127.0.0.1:%d%s".formatted(endpoints.port(), path));
        assertThat(
                HttpClient.newHttpClient()
                    .send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString())
                    .statusCode())
            .as(path)
            .isEqualTo(200);
      }
    }
  }

  /** The health check of the image. */
  @Test
  void probeTellsANodeThatIsAliveFromOneThatIsNot() throws Exception {
    int port;
    try (HttpEndpoints endpoints = endpoints(true)) {
      port = endpoints.port();
      assertThat(probe("livez", port)).isZero();
      assertThat(probe("no-such-page", port)).isEqualTo(1);
    }
    assertThat(probe("livez", port)).as("nobody listens").isEqualTo(1);
    try (HttpEndpoints endpoints = endpoints(false)) {
      assertThat(probe("livez", endpoints.port())).isEqualTo(1);
    }
  }

  private static int probe(String path, int port) throws Exception {
    Path script = Repository.ROOT.resolve("deploy/docker/probe.sh");
    return exitCode(
        new ProcessBuilder("bash", script.toString(), path, String.valueOf(port))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start());
  }

  private static int exitCode(Process process) throws InterruptedException {
    boolean ended = process.waitFor(30, TimeUnit.SECONDS);
    process.destroyForcibly();
    assertThat(ended).as("it ends").isTrue();
    return process.exitValue();
  }

  private static HttpEndpoints endpoints(boolean alive) {
    return HttpEndpoints.start(
        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
        KnownHosts.ANY,
        new Node(alive),
        out -> {});
  }

  @Test
  void anEmptyVolumeWaitsForAnOperator(@TempDir Path volume) throws Exception {
    Process gate = gate(volume);
    assertThat(gate.inputReader().readLine()).contains("relaykv-0 is empty");
    assertThat(gate.isAlive()).isTrue();
    Files.createFile(volume.resolve("join"));
    assertThat(exitCode(gate)).isZero();
    assertThat(volume.resolve("join")).as("the node is not made yet").exists();

    Files.createDirectory(volume.resolve("data"));
    Files.createFile(volume.resolve("data/node.properties"));
    assertThat(exitCode(gate(volume))).isZero();
    assertThat(volume.resolve("join")).as("good for one volume").doesNotExist();
    assertThat(exitCode(gate(volume))).isZero();
  }

  /** What stands before the node in its pod. */
  private static Process gate(Path volume) throws IOException {
    String script = pod().at("initContainers.0.args.0").text();
    ProcessBuilder gate =
        new ProcessBuilder("sh", "-c", script.replace("/var/lib/relaykv", volume.toString()));
    gate.environment().put("POD_NAME", "relaykv-0");
    return gate.redirectErrorStream(true).start();
  }

  @Test
  void everyPodHasAConfigurationThatItsNodeCanStartWith() throws IOException {
    YamlValue set = YamlValue.object(STATEFUL_SET, "StatefulSet");
    YamlValue node = pod().at("containers.0");
    Map<String, String> environment =
        environment(
            node.at("env").elements().stream()
                .filter(variable -> variable.has("value"))
                .collect(toMap(it -> it.at("name").text(), it -> it.at("value"))));
    List<NodeConfig> configs = new ArrayList<>();
    for (String pod : podNames(set)) {
      NodeConfig config =
          NodeConfig.load(Repository.ROOT.resolve(CLUSTER + pod + ".conf"), environment, Map.of());
      assertThat(config.nodeId()).isEqualTo(pod);
      assertThat(config.self().peer().host())
          .isEqualTo(
              "%s.%s.%s.svc"
                  .formatted(
                      pod,
                      set.at("spec.serviceName").text(),
                      kustomization(CLUSTER).at("namespace").text()));
      assertThat(config.self().client().host()).isEqualTo(config.self().peer().host());
      configs.add(config);
    }
    NodeConfig config = configs.get(0);
    assertThat(configs.stream().map(it -> it.cluster().peers()))
        .containsOnly(configs.stream().map(NodeConfig::self).toList());
    assertThat(ports(node.at("ports"), "containerPort"))
        .isEqualTo(
            Map.of(
                "client", config.listen().client().port(),
                "peer", config.listen().peer().port(),
                "http", config.listen().http().port()));
    assertThat(mountPath(node, "data")).isEqualTo(mountPoint(config));
    assertThat(node.at("args").texts())
        .containsExactly(
            "start", "--join", "--config", mountPath(node, "configuration") + "/$(POD_NAME).conf");
    assertThat(config.security().client().certificate())
        .isEqualTo(Path.of(mountPath(node, "certificates"), "relaykv-0.client.crt"));
    assertThat(config.security().peer().ca())
        .isEqualTo(Path.of(mountPath(node, "certificates"), "nodes-ca.crt"));
    assertThat(pod().at("initContainers.0.volumeMounts")).isEqualTo(node.at("volumeMounts"));
    assertThat(pod().at("initContainers.0.args.0").text())
        .contains("cd " + mountPoint(config) + "\n")
        .contains(config.dataDir().getFileName() + "/node.properties");
    assertThat(
            ConfigFactory.parseString(Repository.read(SHELL + "admin.conf")).getStringList("nodes"))
        .isEqualTo(
            config.cluster().peers().stream().map(peer -> peer.client().toString()).toList());
  }

  @Test
  void servicesLeadToThePortsOfThePods() throws IOException {
    Map<String, Integer> ports = ports(pod().at("containers.0.ports"), "containerPort");
    for (YamlValue object : YamlValue.documents(NETWORK)) {
      if (object.at("kind").text().equals("Service")) {
        assertThat(ports).containsAllEntriesOf(ports(object.at("spec.ports"), "port"));
        assertThat(object.at("spec.selector"))
            .isEqualTo(
                YamlValue.object(STATEFUL_SET, "StatefulSet").at("spec.template.metadata.labels"));
        assertThat(object.at("spec.publishNotReadyAddresses").text()).isEqualTo("true");
      }
    }
    assertThat(YamlValue.object(NETWORK, "Service").at("metadata.name"))
        .isEqualTo(YamlValue.object(STATEFUL_SET, "StatefulSet").at("spec.serviceName"));
  }

  @Test
  void podsMayDoNoMoreThanTheyMust() throws IOException {
    String user = Monitoring.found("(?m)^USER (\\d+):", Repository.read(DOCKERFILE)).get(0);
    for (YamlValue pod : List.of(pod(), YamlValue.document(SHELL + "shell.yaml").at("spec"))) {
      assertThat(pod.at("securityContext.runAsUser").text()).isEqualTo(user);
      assertThat(pod.at("securityContext.runAsNonRoot").text()).isEqualTo("true");
      assertThat(pod.at("securityContext.seccompProfile.type").text()).isEqualTo("RuntimeDefault");
      assertThat(pod.at("automountServiceAccountToken").text()).isEqualTo("false");
      assertThat(pod.at("enableServiceLinks").text())
          .as("a service called relaykv would make variables that are no settings")
          .isEqualTo("false");
      List<YamlValue> containers = new ArrayList<>(pod.at("containers").elements());
      if (pod.has("initContainers")) {
        containers.addAll(pod.at("initContainers").elements());
      }
      for (YamlValue container : containers) {
        YamlValue confined = container.at("securityContext");
        assertThat(confined.at("allowPrivilegeEscalation").text()).isEqualTo("false");
        assertThat(confined.at("readOnlyRootFilesystem").text()).isEqualTo("true");
        assertThat(confined.at("capabilities.drop").texts()).containsExactly("ALL");
        assertThat(container.at("resources.limits.memory").text()).isNotEmpty();
      }
    }
    for (YamlValue service : YamlValue.document(COMPOSE).at("services").members().values()) {
      assertThat(service.at("read_only").text()).isEqualTo("true");
      assertThat(service.at("cap_drop").texts()).containsExactly("ALL");
      assertThat(service.at("security_opt").texts()).containsExactly("no-new-privileges:true");
    }
  }

  @Test
  void aStopHasTheTimeThatItTakes() throws IOException {
    assertThat(pod().at("terminationGracePeriodSeconds").number()).isGreaterThan(10);
    assertThat(YamlValue.document(COMPOSE).at("services.n1.stop_grace_period").text())
        .isEqualTo("15s");
  }

  @Test
  void prometheusAndGrafanaReadWhatThereIs() throws IOException {
    int port =
        imageConfig(Map.of("RELAYKV_NODE_ID", "n1", "RELAYKV_CLUSTER_PEERS", peers()))
            .listen()
            .http()
            .port();
    YamlValue prometheus = YamlValue.document("deploy/docker/prometheus.yml");
    assertThat(prometheus.at("scrape_configs.0.static_configs.0.targets").texts())
        .isEqualTo(NODES.stream().map(node -> node + ":" + port).toList());
    assertThat(prometheus.at("scrape_configs.0.job_name").text())
        .as("the alerts go by it")
        .startsWith("relaykv");
    YamlValue services = YamlValue.document(COMPOSE).at("services");
    List<String> mounted =
        Stream.of("prometheus", "grafana")
            .flatMap(service -> services.at(service + ".volumes").texts().stream())
            .filter(volume -> volume.startsWith("."))
            .toList();
    assertThat(mounted)
        .hasSize(4)
        .allSatisfy(
            volume ->
                assertThat(
                        Repository.ROOT
                            .resolve("deploy/docker")
                            .resolve(volume.replaceFirst(":.*", "")))
                    .exists());
    assertThat(mounted)
        .contains(
            "../monitoring/relaykv-alerts.yml:/etc/prometheus/"
                + prometheus.at("rule_files.0").text()
                + ":ro")
        .contains(
            "../monitoring/relaykv-dashboard.json:"
                + YamlValue.document("deploy/docker/grafana/dashboards/relaykv.yml")
                    .at("providers.0.options.path")
                    .text()
                + "/relaykv-dashboard.json:ro");
  }

  @ParameterizedTest
  @ValueSource(strings = {BASE, CLUSTER, SHELL})
  void kustomizationsHaveEveryFile(String directory) throws IOException {
    YamlValue kustomization = kustomization(directory);
    List<String> named = new ArrayList<>(List.of("kustomization.yaml"));
    named.addAll(kustomization.at("resources").texts());
    if (kustomization.has("configMapGenerator")) {
      named.addAll(kustomization.at("configMapGenerator.0.files").texts());
    }
    named.remove("../base");
    try (Stream<Path> files = Files.list(Repository.ROOT.resolve(directory))) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrderElementsOf(named);
    }
  }

  /** What a node in a container reads: the file of the image, and its environment. */
  private static NodeConfig imageConfig(Map<String, String> environment) {
    return NodeConfig.load(
        Repository.ROOT.resolve("deploy/docker/kv-server.conf"), environment, Map.of());
  }

  private static String peers() throws IOException {
    return YamlValue.document(COMPOSE).at("services.n1.environment.RELAYKV_CLUSTER_PEERS").text();
  }

  private static String pom() throws IOException {
    return Repository.read("pom.xml");
  }

  private static YamlValue kustomization(String directory) throws IOException {
    return YamlValue.document(directory + "kustomization.yaml");
  }

  private static YamlValue pod() throws IOException {
    return YamlValue.object(STATEFUL_SET, "StatefulSet").at("spec.template.spec");
  }

  private static List<String> podNames(YamlValue set) throws IOException {
    return IntStream.range(0, kustomization(CLUSTER).at("replicas.0.count").number())
        .mapToObj(i -> set.at("metadata.name").text() + "-" + i)
        .toList();
  }

  private static Map<String, String> environment(YamlValue variables) {
    return environment(variables.members());
  }

  private static Map<String, String> environment(Map<String, YamlValue> variables) {
    return variables.entrySet().stream()
        .collect(toMap(Map.Entry::getKey, variable -> variable.getValue().text()));
  }

  private static Map<String, Integer> ports(YamlValue ports, String number) {
    return ports.elements().stream()
        .collect(toMap(port -> port.at("name").text(), port -> port.at(number).number()));
  }

  private static String mountPath(YamlValue container, String volume) {
    return container.at("volumeMounts").elements().stream()
        .filter(mount -> mount.at("name").text().equals(volume))
        .map(mount -> mount.at("mountPath").text())
        .findFirst()
        .orElseThrow();
  }

  /** The data is below the mount point, which must not be empty when the volume is there. */
  private static String mountPoint(NodeConfig config) {
    return config.dataDir().getParent().toString();
  }

  private record Node(boolean alive) implements NodeProbe {
    @Override
    public Readiness ready() {
      return new Readiness(List.of());
    }

    @Override
    public String statusJson() {
      return "{}";
    }
  }
}
