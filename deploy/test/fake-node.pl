#!/usr/bin/env perl
# A node for local-cluster-test.sh: listens on the three ports of its configuration until it is told to stop.
# Called with the arguments by which local-cluster.sh knows a node: main class, "start", "--config", FILE.
use strict;
use warnings;
use IO::Select;
use IO::Socket::INET;

my $config = do { local $/; open(my $file, '<', $ARGV[3]) or die; <$file> };
my @sockets = map {
  IO::Socket::INET->new(LocalAddr => '127.0.0.1', LocalPort => $_, Listen => 5, ReuseAddr => 1)
    or die "port $_: $!"
} $config =~ /^listen\.\w+ = "127\.0\.0\.1:(\d+)"/mg;
die "broken configuration" if @sockets != 3;
if ($ENV{FAKE_DEAF}) { $SIG{TERM} = 'IGNORE'; }
if ($ENV{FAKE_DIES}) { print "no disk, no fun\n"; exit 3; }
print "listening\n";
my $select = IO::Select->new(@sockets);
while (1) {
  $_->accept for $select->can_read;
}
