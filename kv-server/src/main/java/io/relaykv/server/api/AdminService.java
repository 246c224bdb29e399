package io.relaykv.server.api;

import com.google.protobuf.ByteString;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.relaykv.protocol.ApiKeyText;
import io.relaykv.protocol.BackupRules;
import io.relaykv.protocol.Limits;
import io.relaykv.protocol.NameRules;
import io.relaykv.protocol.Printable;
import io.relaykv.protocol.backup.BackupPart;
import io.relaykv.protocol.backup.BackupRows;
import io.relaykv.protocol.log.BeginRestore;
import io.relaykv.protocol.log.Command;
import io.relaykv.protocol.log.CreateAccount;
import io.relaykv.protocol.log.CreateApiKey;
import io.relaykv.protocol.log.DeleteAccount;
import io.relaykv.protocol.log.DeleteApiKey;
import io.relaykv.protocol.log.FinishRestore;
import io.relaykv.protocol.log.RestoreRows;
import io.relaykv.protocol.log.SetApiKeyEnabled;
import io.relaykv.protocol.v1.AccountInfo;
import io.relaykv.protocol.v1.AddMemberProgress;
import io.relaykv.protocol.v1.AddMemberRequest;
import io.relaykv.protocol.v1.AdminGrpc;
import io.relaykv.protocol.v1.ApiKeyInfo;
import io.relaykv.protocol.v1.BeginRestoreRequest;
import io.relaykv.protocol.v1.CreateAccountRequest;
import io.relaykv.protocol.v1.CreateApiKeyRequest;
import io.relaykv.protocol.v1.CreateBackupRequest;
import io.relaykv.protocol.v1.DeleteAccountRequest;
import io.relaykv.protocol.v1.DeleteAccountResponse;
import io.relaykv.protocol.v1.DeleteApiKeyRequest;
import io.relaykv.protocol.v1.DeleteApiKeyResponse;
import io.relaykv.protocol.v1.FinalizeUpgradeRequest;
import io.relaykv.protocol.v1.FinalizeUpgradeResponse;
import io.relaykv.protocol.v1.FinishRestoreRequest;
import io.relaykv.protocol.v1.FinishRestoreResponse;
import io.relaykv.protocol.v1.ListAccountsRequest;
import io.relaykv.protocol.v1.ListAccountsResponse;
import io.relaykv.protocol.v1.ListApiKeysRequest;
import io.relaykv.protocol.v1.ListApiKeysResponse;
import io.relaykv.protocol.v1.ListMembersRequest;
import io.relaykv.protocol.v1.ListMembersResponse;
import io.relaykv.protocol.v1.RemoveMemberRequest;
import io.relaykv.protocol.v1.RemoveMemberResponse;
import io.relaykv.protocol.v1.RestoreProgress;
import io.relaykv.protocol.v1.RestoreRowsRequest;
import io.relaykv.protocol.v1.SetApiKeyEnabledRequest;
import io.relaykv.protocol.v1.SetLogLevelRequest;
import io.relaykv.protocol.v1.SetLogLevelRequest.Level;
import io.relaykv.protocol.v1.SetLogLevelResponse;
import io.relaykv.protocol.v1.ShowAccountRequest;
import io.relaykv.protocol.v1.StartCheckRequest;
import io.relaykv.protocol.v1.StartCheckResponse;
import io.relaykv.protocol.v1.StatusRequest;
import io.relaykv.protocol.v1.StatusResponse;
import io.relaykv.protocol.v1.TransferLeadershipRequest;
import io.relaykv.protocol.v1.TransferLeadershipResponse;
import io.relaykv.server.config.HostPort;
import io.relaykv.server.config.NodeConfig.LogLevel;
import io.relaykv.server.raft.JoinProgress;
import io.relaykv.server.raft.Member;
import io.relaykv.server.raft.MembershipChanges;
import io.relaykv.statemachine.ReplicaCheck;
import java.time.Clock;
import java.util.HexFormat;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/** The operator's path. */
final class AdminService extends AdminGrpc.AdminImplBase {
  private final AdminCalls calls;
  private final AccountViews views;
  private final MembershipChanges membership;
  private final Supplier<ListMembersResponse> members;
  private final Supplier<StatusResponse> status;
  private final UnaryOperator<LogLevel> logLevel;
  private final BackupStreams backups;
  private final Clock clock;

  /**
   * Answers operators.
   *
   * @param logLevel sets how much this process logs, and says how much it was
   */
  AdminService(
      AdminCalls calls,
      AccountViews views,
      MembershipChanges membership,
      Supplier<ListMembersResponse> members,
      Supplier<StatusResponse> status,
      UnaryOperator<LogLevel> logLevel,
      BackupStreams backups,
      Clock clock) {
    this.calls = calls;
    this.views = views;
    this.membership = membership;
    this.members = members;
    this.status = status;
    this.logLevel = logLevel;
    this.backups = backups;
    this.clock = clock;
  }

  @Override
  public void status(StatusRequest request, StreamObserver<StatusResponse> response) {
    calls.answer(response, status);
  }

  @Override
  public void createAccount(CreateAccountRequest request, StreamObserver<AccountInfo> response) {
    calls.change(
        response,
        "create-account",
        request.getName(),
        () -> {
          NameRules.checkAccountName(request.getName());
          if (request.getMaxBytes() < 0) {
            throw new IllegalArgumentException(
                "the limit is %s bytes; the largest is 2^63 - 1"
                    .formatted(Long.toUnsignedString(request.getMaxBytes())));
          }
          return Command.newBuilder()
              .setCreateAccount(
                  CreateAccount.newBuilder()
                      .setName(request.getName())
                      .setMaxBytes(request.getMaxBytes()));
        },
        done -> views.account(done.getId()));
  }

  @Override
  public void listAccounts(
      ListAccountsRequest request, StreamObserver<ListAccountsResponse> response) {
    calls.read(
        response, () -> ListAccountsResponse.newBuilder().addAllAccounts(views.accounts()).build());
  }

  @Override
  public void showAccount(ShowAccountRequest request, StreamObserver<AccountInfo> response) {
    calls.read(response, () -> views.account(request.getName()));
  }

  @Override
  public void deleteAccount(
      DeleteAccountRequest request, StreamObserver<DeleteAccountResponse> response) {
    calls.change(
        response,
        "delete-account",
        request.getName(),
        () ->
            Command.newBuilder()
                .setDeleteAccount(DeleteAccount.newBuilder().setName(request.getName())),
        done -> DeleteAccountResponse.getDefaultInstance());
  }

  @Override
  public void createApiKey(CreateApiKeyRequest request, StreamObserver<ApiKeyInfo> response) {
    calls.change(
        response,
        "create-api-key",
        request.getAccount(),
        () -> newApiKey(request),
        done -> views.apiKey(done.getId()));
  }

  private Command.Builder newApiKey(CreateApiKeyRequest request) {
    NameRules.checkLabel(request.getLabel());
    if (request.getSecretSha256().size() != ApiKeyText.HASH_BYTES) {
      throw new IllegalArgumentException(
          "secret_sha256 has %d bytes; it must have %d"
              .formatted(request.getSecretSha256().size(), ApiKeyText.HASH_BYTES));
    }
    if (!request.getRead() && !request.getWrite()) {
      throw new IllegalArgumentException("the API key would allow nothing: give it read or write");
    }
    long expires = request.getExpiresAtMs();
    if (expires < 0 || (expires != 0 && expires <= clock.millis())) {
      throw new IllegalArgumentException(
          "the API key would have expired already: expires_at_ms is %d".formatted(expires));
    }
    return Command.newBuilder()
        .setCreateApiKey(
            CreateApiKey.newBuilder()
                .setAccount(request.getAccount())
                .setSecretSha256(request.getSecretSha256())
                .setRead(request.getRead())
                .setWrite(request.getWrite())
                .setExpiresAtMs(expires)
                .setLabel(request.getLabel()));
  }

  @Override
  public void listApiKeys(
      ListApiKeysRequest request, StreamObserver<ListApiKeysResponse> response) {
    calls.read(
        response,
        () ->
            ListApiKeysResponse.newBuilder()
                .addAllApiKeys(
                    request.getAccount().isEmpty()
                        ? views.apiKeys()
                        : views.apiKeys(request.getAccount()))
                .build());
  }

  @Override
  public void setApiKeyEnabled(
      SetApiKeyEnabledRequest request, StreamObserver<ApiKeyInfo> response) {
    calls.change(
        response,
        request.getEnabled() ? "enable-api-key" : "disable-api-key",
        Long.toUnsignedString(request.getId()),
        () ->
            Command.newBuilder()
                .setSetApiKeyEnabled(
                    SetApiKeyEnabled.newBuilder()
                        .setId(request.getId())
                        .setEnabled(request.getEnabled())),
        done -> views.apiKey(done.getId()));
  }

  @Override
  public void deleteApiKey(
      DeleteApiKeyRequest request, StreamObserver<DeleteApiKeyResponse> response) {
    calls.change(
        response,
        "delete-api-key",
        Long.toUnsignedString(request.getId()),
        () ->
            Command.newBuilder().setDeleteApiKey(DeleteApiKey.newBuilder().setId(request.getId())),
        done -> DeleteApiKeyResponse.getDefaultInstance());
  }

  @Override
  public void startCheck(StartCheckRequest request, StreamObserver<StartCheckResponse> response) {
    calls.change(
        response,
        "start-check",
        "",
        ReplicaCheck::start,
        done -> StartCheckResponse.newBuilder().setIndex(done.getId()).build());
  }

  @Override
  public void listMembers(
      ListMembersRequest request, StreamObserver<ListMembersResponse> response) {
    calls.read(response, members);
  }

  @Override
  public void addMember(AddMemberRequest request, StreamObserver<AddMemberProgress> response) {
    if (response instanceof ServerCallStreamObserver<AddMemberProgress> call) {
      // It goes on without its caller; what is said to nobody is dropped.
      call.setOnCancelHandler(() -> {});
    }
    calls.carryOut(
        response,
        "add-member",
        request.getNodeId(),
        () ->
            membership.add(
                checked(request), progress -> response.onNext(AdminService.view(progress))),
        wasNone ->
            AddMemberProgress.newBuilder()
                .setPhase(AddMemberProgress.Phase.DONE)
                .setWasOne(!wasNone)
                .build());
  }

  private static Member checked(AddMemberRequest request) {
    NameRules.checkNodeName(request.getNodeId());
    Member member =
        new Member(
            request.getNodeId(),
            address(request.getClientAddress()),
            address(request.getPeerAddress()));
    if (member.clientAddress().equals(member.peerAddress())) {
      throw new IllegalArgumentException(
          "both addresses are %s; clients and nodes need one each".formatted(member.peerAddress()));
    }
    return member;
  }

  /** In the form in which members' addresses are compared. */
  private static String address(String text) {
    HostPort address;
    try {
      address = HostPort.parse(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "address %s is not host:port".formatted(Printable.quote(text)), e);
    }
    if (address.port() == 0) {
      throw new IllegalArgumentException("address %s has no port".formatted(address));
    }
    return address.toString();
  }

  private static AddMemberProgress view(JoinProgress progress) {
    return AddMemberProgress.newBuilder()
        .setPhase(
            progress.answers()
                ? AddMemberProgress.Phase.CATCHING_UP
                : AddMemberProgress.Phase.CONTACTING)
        .setEntriesToGo(progress.entriesToGo())
        .build();
  }

  @Override
  public void removeMember(
      RemoveMemberRequest request, StreamObserver<RemoveMemberResponse> response) {
    calls.carryOut(
        response,
        "remove-member",
        request.getNodeId(),
        () -> {
          NameRules.checkNodeName(request.getNodeId());
          return membership.remove(request.getNodeId());
        },
        wasOne -> RemoveMemberResponse.newBuilder().setWasNone(!wasOne).build());
  }

  @Override
  public void transferLeadership(
      TransferLeadershipRequest request, StreamObserver<TransferLeadershipResponse> response) {
    calls.carryOut(
        response,
        "transfer-leadership",
        request.getNodeId(),
        () -> {
          if (!request.getNodeId().isEmpty()) {
            NameRules.checkNodeName(request.getNodeId());
          }
          return membership.transferLeadership(request.getNodeId());
        },
        leader -> TransferLeadershipResponse.newBuilder().setNodeId(leader).build());
  }

  @Override
  public void finalizeUpgrade(
      FinalizeUpgradeRequest request, StreamObserver<FinalizeUpgradeResponse> response) {
    calls.carryOut(
        response,
        request.getDryRun() ? "finalize-upgrade-dry-run" : "finalize-upgrade",
        "",
        () -> membership.finalizeUpgrade(request.getDryRun()),
        change ->
            FinalizeUpgradeResponse.newBuilder()
                .setWas(change.was())
                .setLevel(change.level())
                .build());
  }

  @Override
  public void setLogLevel(
      SetLogLevelRequest request, StreamObserver<SetLogLevelResponse> response) {
    calls.carryOut(
        response,
        "set-log-level",
        request.getLevel().name().toLowerCase(Locale.ROOT),
        () -> CompletableFuture.completedFuture(logLevel.apply(level(request.getLevel()))),
        was -> SetLogLevelResponse.newBuilder().setWas(Level.valueOf(was.name())).build());
  }

  private static LogLevel level(Level asked) {
    return switch (asked) {
      case ERROR -> LogLevel.ERROR;
      case WARN -> LogLevel.WARN;
      case INFO -> LogLevel.INFO;
      case DEBUG -> LogLevel.DEBUG;
      case TRACE -> LogLevel.TRACE;
      case UNSPECIFIED, UNRECOGNIZED ->
          throw new IllegalArgumentException("there is no such level of a log");
    };
  }

  @Override
  public void createBackup(CreateBackupRequest request, StreamObserver<BackupPart> response) {
    calls.carryOut(
        response,
        "create-backup",
        "",
        () -> backups.send((ServerCallStreamObserver<BackupPart>) response),
        end -> end);
  }

  @Override
  public void beginRestore(BeginRestoreRequest request, StreamObserver<RestoreProgress> response) {
    calls.change(
        response,
        "begin-restore",
        hex(request.getBackupSha256()),
        () -> {
          BackupRules.checkSha256(request.getBackupSha256());
          BackupRules.check(request.getHeader());
          return Command.newBuilder()
              .setBeginRestore(
                  BeginRestore.newBuilder()
                      .setBackupSha256(request.getBackupSha256())
                      .setHeader(request.getHeader())
                      .setCounts(request.getCounts()));
        },
        done -> RestoreProgress.newBuilder().setNext(done.getId()).build());
  }

  @Override
  public void restoreRows(RestoreRowsRequest request, StreamObserver<RestoreProgress> response) {
    calls.partOfChange(
        response,
        "restore-rows",
        hex(request.getBackupSha256()),
        () -> {
          checkRows(request.getRows());
          return Command.newBuilder()
              .setRestoreRows(
                  RestoreRows.newBuilder()
                      .setBackupSha256(request.getBackupSha256())
                      .setNumber(request.getNumber())
                      .setRows(request.getRows()));
        },
        done -> RestoreProgress.newBuilder().setNext(done.getId()).build());
  }

  /** What applying does not look at again: the size of the log entry, and what is in the values. */
  private static void checkRows(BackupRows rows) {
    if (rows.getSerializedSize() > Limits.MAX_BACKUP_PART_BYTES) {
      throw new IllegalArgumentException(
          "the part has %d bytes; the limit is %d"
              .formatted(rows.getSerializedSize(), Limits.MAX_BACKUP_PART_BYTES));
    }
    rows.getEntriesList().forEach(BackupRules::checkValue);
  }

  @Override
  public void finishRestore(
      FinishRestoreRequest request, StreamObserver<FinishRestoreResponse> response) {
    calls.change(
        response,
        "finish-restore",
        hex(request.getBackupSha256()),
        () ->
            Command.newBuilder()
                .setFinishRestore(
                    FinishRestore.newBuilder().setBackupSha256(request.getBackupSha256())),
        done -> FinishRestoreResponse.getDefaultInstance());
  }

  /** At most what such a hash has: the rest is of no use to whoever reads it. */
  private static String hex(ByteString sha256) {
    return HexFormat.of()
        .formatHex(
            sha256.substring(0, Math.min(sha256.size(), BackupRules.SHA256_BYTES)).toByteArray());
  }
}
