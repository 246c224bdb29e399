package io.relaykv.client.internal;

import com.google.protobuf.UnsafeByteOperations;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.relaykv.client.AccountInfo;
import io.relaykv.client.ApiKeyInfo;
import io.relaykv.client.ApiKeyRight;
import io.relaykv.client.BackupInfo;
import io.relaykv.client.BackupProgress;
import io.relaykv.client.ClusterMember;
import io.relaykv.client.ClusterMembers;
import io.relaykv.client.ClusterStatus;
import io.relaykv.client.FeatureLevelChange;
import io.relaykv.client.InvalidRequestException;
import io.relaykv.client.JoinProgress;
import io.relaykv.client.KvAdmin;
import io.relaykv.client.LogLevel;
import io.relaykv.client.NewApiKey;
import io.relaykv.client.NodeAddress;
import io.relaykv.client.NodeCheck;
import io.relaykv.client.NodeFailure;
import io.relaykv.client.NodeStatus;
import io.relaykv.client.NotAllowedException;
import io.relaykv.client.ReplicaCheck;
import io.relaykv.client.UnavailableException;
import io.relaykv.client.internal.LeaderCalls.Effect;
import io.relaykv.client.internal.Survey.Answer;
import io.relaykv.protocol.ApiKeyText;
import io.relaykv.protocol.NameRules;
import io.relaykv.protocol.v1.AddMemberProgress;
import io.relaykv.protocol.v1.AddMemberRequest;
import io.relaykv.protocol.v1.AdminGrpc;
import io.relaykv.protocol.v1.CreateAccountRequest;
import io.relaykv.protocol.v1.CreateApiKeyRequest;
import io.relaykv.protocol.v1.DeleteAccountRequest;
import io.relaykv.protocol.v1.DeleteApiKeyRequest;
import io.relaykv.protocol.v1.FinalizeUpgradeRequest;
import io.relaykv.protocol.v1.FinalizeUpgradeResponse;
import io.relaykv.protocol.v1.FollowerProgress;
import io.relaykv.protocol.v1.ListAccountsRequest;
import io.relaykv.protocol.v1.ListApiKeysRequest;
import io.relaykv.protocol.v1.ListMembersRequest;
import io.relaykv.protocol.v1.ListMembersResponse;
import io.relaykv.protocol.v1.Member;
import io.relaykv.protocol.v1.RemoveMemberRequest;
import io.relaykv.protocol.v1.SetApiKeyEnabledRequest;
import io.relaykv.protocol.v1.SetLogLevelRequest;
import io.relaykv.protocol.v1.SetLogLevelResponse;
import io.relaykv.protocol.v1.StartCheckRequest;
import io.relaykv.protocol.v1.StatusRequest;
import io.relaykv.protocol.v1.StatusResponse;
import io.relaykv.protocol.v1.TransferLeadershipRequest;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Asks each node how it is, as an operator wants to hear it from each, and the leader for all else.
 */
public final class GrpcKvAdmin implements KvAdmin {
  private static final Instant LAST_EXPIRY = Instant.parse("9999-12-31T23:59:59Z");

  private static final Duration BACKUP_PATIENCE = Duration.ofSeconds(30);

  private final EventLoop loop = new EventLoop();
  private final Duration timeout;
  private final SecureRandom random = new SecureRandom();
  private final Channels channels;
  private final KnownNodes known;
  private final LeaderCalls leader;

  private GrpcKvAdmin(List<NodeAddress> nodes, ConnectionSecurity security, Duration timeout) {
    this.timeout = timeout;
    try {
      this.channels = new Channels(loop, security);
    } catch (RuntimeException e) {
      loop.shutdown();
      throw e;
    }
    this.known = new KnownNodes(nodes, channels::permits);
    this.leader = new LeaderCalls(loop, channels, known, timeout, random);
  }

  /** An admin client for these nodes. */
  public static KvAdmin open(
      List<NodeAddress> nodes, ConnectionSecurity security, Duration timeout) {
    return new GrpcKvAdmin(nodes, security, timeout);
  }

  @Override
  public ClusterStatus status() {
    Survey survey = survey();
    throwIfKeyRefused(survey.answers());
    return new ClusterStatus(
        survey.ofEachNode().entrySet().stream()
            .map(entry -> entry.getValue().toStatus(entry.getKey(), survey.names()))
            .sorted(Comparator.comparing(NodeStatus::name))
            .toList());
  }

  @Override
  public ReplicaCheck verify(Consumer<ReplicaCheck> progress) {
    long index =
        leader
            .call(
                AdminGrpc.getStartCheckMethod(),
                StartCheckRequest.getDefaultInstance(),
                "start a check",
                Effect.NONE)
            .getIndex();
    return new CheckWait(timeout, () -> check(index), progress).result();
  }

  @Override
  public ReplicaCheck lastCheck() {
    Survey survey = survey();
    throwIfKeyRefused(survey.answers());
    long index =
        survey.answers().values().stream()
            .flatMap(answer -> answer.response().stream())
            .mapToLong(response -> response.getCheck().getIndex())
            .max()
            .orElse(0);
    return index == 0 ? new ReplicaCheck(0, List.of()) : check(index, survey);
  }

  private ReplicaCheck check(long index) {
    return check(index, survey());
  }

  private static ReplicaCheck check(long index, Survey survey) {
    return new ReplicaCheck(
        index,
        survey.ofEachNode().entrySet().stream()
            .map(entry -> entry.getValue().toCheck(index, entry.getKey(), survey.names()))
            .sorted(Comparator.comparing(NodeCheck::name))
            .toList());
  }

  /** Asks the nodes that are known, and then the members that they name. */
  private Survey survey() {
    Map<String, Answer> answers = ask(known.all().stream().map(NodeAddress::toString).toList());
    Map<String, String> names = new HashMap<>();
    for (Answer answer : answers.values()) {
      answer.members().forEach(member -> names.put(member.getClientAddress(), member.getNodeId()));
    }
    List<String> notAskedYet =
        names.keySet().stream().filter(address -> !answers.containsKey(address)).toList();
    answers.putAll(ask(notAskedYet));
    Survey survey = new Survey(answers, names);
    known.learn(survey.leadersMembers());
    return survey;
  }

  private static void throwIfKeyRefused(Map<String, Answer> answers) {
    if (answers.values().stream().anyMatch(answer -> answer.response().isPresent())) {
      return;
    }
    Optional<Status> refusal =
        answers.values().stream().map(Answer::failure).filter(Causes::isKeyRefused).findFirst();
    if (refusal.isPresent()) {
      throw new NotAllowedException(
          Causes.words(refusal.get()),
          answers.entrySet().stream()
              .map(entry -> new NodeFailure(entry.getKey(), entry.getValue().cause()))
              .toList());
    }
  }

  /** All at once; what each said, by address. */
  private Map<String, Answer> ask(List<String> addresses) {
    Map<String, CompletableFuture<Answer>> asked = new LinkedHashMap<>();
    addresses.forEach(address -> asked.put(address, ask(address)));
    Map<String, Answer> answers = new LinkedHashMap<>();
    asked.forEach((address, answer) -> answers.put(address, answer.join()));
    return answers;
  }

  private CompletableFuture<Answer> ask(String address) {
    NodeAddress node;
    try {
      node = NodeAddress.parse(address);
    } catch (IllegalArgumentException e) {
      // Another node's word for where this one is.
      return CompletableFuture.completedFuture(
          Answer.failed(Status.FAILED_PRECONDITION.withDescription(e.getMessage())));
    }
    if (!channels.permits(node)) {
      return CompletableFuture.completedFuture(
          Answer.failed(
              Status.FAILED_PRECONDITION.withDescription(
                  "not asked: it would be sent the key in plain text")));
    }
    CompletableFuture<StatusResponse> answer =
        leader.ask(
            AdminGrpc.getStatusMethod(),
            StatusRequest.getDefaultInstance(),
            node,
            System.nanoTime() + timeout.toNanos(),
            new LeaderCalls.Attempt(),
            message -> {});
    return answer.handle(
        (response, failure) ->
            failure == null
                ? new Answer(Optional.of(response), Instant.now(), Status.OK)
                : Answer.failed(Status.fromThrowable(failure)));
  }

  @Override
  public AccountInfo createAccount(String name, long maxBytes) {
    check(() -> NameRules.checkAccountName(name));
    if (maxBytes < 0) {
      throw new InvalidRequestException("maxBytes is " + maxBytes + "; it must be 0 or more");
    }
    return info(
        change(
            AdminGrpc.getCreateAccountMethod(),
            CreateAccountRequest.newBuilder().setName(name).setMaxBytes(maxBytes).build(),
            "create account " + name));
  }

  @Override
  public List<AccountInfo> accounts() {
    return leader
        .call(
            AdminGrpc.getListAccountsMethod(),
            ListAccountsRequest.getDefaultInstance(),
            "list accounts",
            Effect.NONE)
        .getAccountsList()
        .stream()
        .map(GrpcKvAdmin::info)
        .toList();
  }

  @Override
  public Optional<AccountInfo> account(String name) {
    check(() -> NameRules.checkAccountName(name));
    return accounts().stream().filter(account -> account.name().equals(name)).findFirst();
  }

  @Override
  public void deleteAccount(String name) {
    check(() -> NameRules.checkAccountName(name));
    change(
        AdminGrpc.getDeleteAccountMethod(),
        DeleteAccountRequest.newBuilder().setName(name).build(),
        "delete account " + name);
  }

  private static AccountInfo info(io.relaykv.protocol.v1.AccountInfo account) {
    return new AccountInfo(
        account.getId(),
        account.getName(),
        account.getMaxBytes(),
        account.getUsedBytes(),
        account.getApiKeys(),
        Instant.ofEpochMilli(account.getCreatedAtMs()));
  }

  @Override
  public NewApiKey createApiKey(
      String account, Set<ApiKeyRight> rights, Optional<Instant> expires, String label) {
    check(() -> NameRules.checkAccountName(account));
    check(() -> NameRules.checkLabel(label));
    if (rights.isEmpty()) {
      throw new InvalidRequestException("the API key would allow nothing: give it read or write");
    }
    byte[] secret = new byte[ApiKeyText.SECRET_BYTES];
    random.nextBytes(secret);
    ApiKeyInfo info =
        info(
            change(
                AdminGrpc.getCreateApiKeyMethod(),
                CreateApiKeyRequest.newBuilder()
                    .setAccount(account)
                    .setSecretSha256(UnsafeByteOperations.unsafeWrap(ApiKeyText.sha256(secret)))
                    .setRead(rights.contains(ApiKeyRight.READ))
                    .setWrite(rights.contains(ApiKeyRight.WRITE))
                    .setExpiresAtMs(expires.map(GrpcKvAdmin::expiresAtMs).orElse(0L))
                    .setLabel(label)
                    .build(),
                "create API key for account " + account));
    return new NewApiKey(info, ApiKeyText.of(Long.toString(info.id()), secret));
  }

  private static long expiresAtMs(Instant expires) {
    if (expires.isBefore(Instant.ofEpochMilli(1))) {
      throw new InvalidRequestException("the API key would have expired in " + expires);
    }
    if (expires.isAfter(LAST_EXPIRY)) {
      throw new InvalidRequestException(
          "the API key would expire in %s; the last possible time is %s, and without one it never expires"
              .formatted(expires, LAST_EXPIRY));
    }
    return expires.toEpochMilli();
  }

  @Override
  public List<ApiKeyInfo> apiKeys() {
    return apiKeysOf("");
  }

  @Override
  public List<ApiKeyInfo> apiKeys(String account) {
    check(() -> NameRules.checkAccountName(account));
    return apiKeysOf(account);
  }

  private List<ApiKeyInfo> apiKeysOf(String account) {
    return leader
        .call(
            AdminGrpc.getListApiKeysMethod(),
            ListApiKeysRequest.newBuilder().setAccount(account).build(),
            "list API keys",
            Effect.NONE)
        .getApiKeysList()
        .stream()
        .map(GrpcKvAdmin::info)
        .toList();
  }

  @Override
  public ApiKeyInfo disableApiKey(long id) {
    return setApiKeyEnabled(id, false);
  }

  @Override
  public ApiKeyInfo enableApiKey(long id) {
    return setApiKeyEnabled(id, true);
  }

  private ApiKeyInfo setApiKeyEnabled(long id, boolean enabled) {
    return info(
        change(
            AdminGrpc.getSetApiKeyEnabledMethod(),
            SetApiKeyEnabledRequest.newBuilder().setId(id).setEnabled(enabled).build(),
            (enabled ? "enable API key " : "disable API key ") + id));
  }

  @Override
  public void deleteApiKey(long id) {
    change(
        AdminGrpc.getDeleteApiKeyMethod(),
        DeleteApiKeyRequest.newBuilder().setId(id).build(),
        "delete API key " + id);
  }

  private static ApiKeyInfo info(io.relaykv.protocol.v1.ApiKeyInfo key) {
    Set<ApiKeyRight> rights = EnumSet.noneOf(ApiKeyRight.class);
    if (key.getRead()) {
      rights.add(ApiKeyRight.READ);
    }
    if (key.getWrite()) {
      rights.add(ApiKeyRight.WRITE);
    }
    return new ApiKeyInfo(
        key.getId(),
        key.getAccount(),
        rights,
        key.getEnabled(),
        Optional.of(key.getExpiresAtMs()).filter(ms -> ms != 0).map(Instant::ofEpochMilli),
        key.getLabel(),
        Instant.ofEpochMilli(key.getCreatedAtMs()));
  }

  @Override
  public ClusterMembers members() {
    ListMembersResponse response =
        leader.call(
            AdminGrpc.getListMembersMethod(),
            ListMembersRequest.getDefaultInstance(),
            "list members",
            Effect.NONE);
    known.learn(response.getMembersList());
    Map<String, FollowerProgress> followers = new HashMap<>();
    response.getFollowersList().forEach(one -> followers.put(one.getNodeId(), one));
    return new ClusterMembers(
        response.getLeader(),
        response.getMembersList().stream()
            .map(member -> member(member, followers.get(member.getNodeId()), response))
            .toList());
  }

  private static ClusterMember member(
      Member member, @Nullable FollowerProgress progress, ListMembersResponse of) {
    return new ClusterMember(
        member.getNodeId(),
        member.getClientAddress(),
        member.getPeerAddress(),
        member.getNodeId().equals(of.getLeader()),
        progress == null ? 0 : Math.max(0, of.getLastLogIndex() - progress.getMatchIndex()),
        progress == null ? Duration.ZERO : Duration.ofMillis(progress.getSilentMs()));
  }

  @Override
  public boolean addMember(
      String name,
      String clientAddress,
      String peerAddress,
      Duration within,
      Consumer<JoinProgress> listener) {
    check(() -> NameRules.checkNodeName(name));
    check(() -> NodeAddress.parse(clientAddress));
    check(() -> NodeAddress.parse(peerAddress));
    return !leader
        .call(
            AdminGrpc.getAddMemberMethod(),
            AddMemberRequest.newBuilder()
                .setNodeId(name)
                .setClientAddress(clientAddress)
                .setPeerAddress(peerAddress)
                .build(),
            "add member " + name,
            Effect.REPEATABLE,
            within,
            progress -> tell(listener, progress))
        .getWasOne();
  }

  private static void tell(Consumer<JoinProgress> listener, AddMemberProgress progress) {
    switch (progress.getPhase()) {
      case CONTACTING -> listener.accept(new JoinProgress(JoinProgress.Phase.CONTACTING, 0));
      case CATCHING_UP ->
          listener.accept(
              new JoinProgress(JoinProgress.Phase.CATCHING_UP, progress.getEntriesToGo()));
      case DONE, UNSPECIFIED, UNRECOGNIZED -> {}
    }
  }

  @Override
  public boolean removeMember(String name) {
    check(() -> NameRules.checkNodeName(name));
    return !leader
        .call(
            AdminGrpc.getRemoveMemberMethod(),
            RemoveMemberRequest.newBuilder().setNodeId(name).build(),
            "remove member " + name,
            Effect.REPEATABLE)
        .getWasNone();
  }

  @Override
  public String transferLeadership(Optional<String> to) {
    to.ifPresent(name -> check(() -> NameRules.checkNodeName(name)));
    return leader
        .call(
            AdminGrpc.getTransferLeadershipMethod(),
            TransferLeadershipRequest.newBuilder().setNodeId(to.orElse("")).build(),
            "transfer the leadership",
            to.isPresent() ? Effect.REPEATABLE : Effect.ONCE)
        .getNodeId();
  }

  @Override
  public FeatureLevelChange finalizeUpgrade(boolean dryRun) {
    FinalizeUpgradeResponse response =
        leader.call(
            AdminGrpc.getFinalizeUpgradeMethod(),
            FinalizeUpgradeRequest.newBuilder().setDryRun(dryRun).build(),
            "finalize the upgrade",
            dryRun ? Effect.NONE_REPEATABLE : Effect.REPEATABLE);
    return new FeatureLevelChange(response.getWas(), response.getLevel());
  }

  @Override
  public LogLevel setLogLevel(String node, LogLevel level) {
    check(() -> NameRules.checkNodeName(node));
    Survey survey = survey();
    throwIfKeyRefused(survey.answers());
    SetLogLevelResponse response =
        leader.callAt(
            addressOf(node, survey),
            AdminGrpc.getSetLogLevelMethod(),
            SetLogLevelRequest.newBuilder()
                .setLevel(SetLogLevelRequest.Level.valueOf(level.name()))
                .build(),
            "set the log level of " + node);
    return switch (response.getWas()) {
      case ERROR -> LogLevel.ERROR;
      case WARN -> LogLevel.WARN;
      case DEBUG -> LogLevel.DEBUG;
      case TRACE -> LogLevel.TRACE;
      case INFO, UNSPECIFIED, UNRECOGNIZED -> LogLevel.INFO;
    };
  }

  private static NodeAddress addressOf(String node, Survey survey) {
    return survey.answers().entrySet().stream()
        .filter(entry -> entry.getValue().isOf(node))
        .map(entry -> NodeAddress.parse(entry.getKey()))
        .findFirst()
        .orElseThrow(
            () ->
                new UnavailableException(
                    "no node named %s answers; nothing was changed".formatted(node),
                    survey.answers().entrySet().stream()
                        .filter(entry -> entry.getValue().response().isEmpty())
                        .map(entry -> new NodeFailure(entry.getKey(), entry.getValue().cause()))
                        .toList()));
  }

  @Override
  public BackupInfo createBackup(Path file, boolean replace, Consumer<BackupProgress> progress) {
    return new BackupDownload(leader, backupPatience(), progress).to(file, replace);
  }

  @Override
  public BackupInfo restoreBackup(Path file, Consumer<BackupProgress> progress) {
    return new RestoreUpload(leader, backupPatience(), progress).from(file);
  }

  /** A part of a backup is large, and waits for the next leader if need be. */
  private Duration backupPatience() {
    return timeout.compareTo(BACKUP_PATIENCE) > 0 ? timeout : BACKUP_PATIENCE;
  }

  private <Q, P> P change(MethodDescriptor<Q, P> method, Q request, String what) {
    return leader.call(method, request, what, Effect.ONCE);
  }

  private static void check(Runnable rule) {
    try {
      rule.run();
    } catch (IllegalArgumentException e) {
      throw new InvalidRequestException(String.valueOf(e.getMessage()));
    }
  }

  @Override
  public void close() {
    leader.close();
  }
}
