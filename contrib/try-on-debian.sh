#!/usr/bin/env bash
# Plays the installation on a Debian minimum: contrib/try-on-debian.sh SUITE [FOLDER [MIRROR]], as root, with debootstrap.
#
# SUITE is bookworm, trixie, noble (24.04 of Ubuntu; its mirror, and KEYRING=FILE where its keys are not known) … The system that it makes in FOLDER has python3 and make alone; then the line of
# the README is given, word by word, the environment is made, and the Debian package is built, installed and run.
# It takes some minutes and the network. Nothing outside of FOLDER is changed.
set -euo pipefail
suite=$1
folder=${2:-/var/tmp/postroom-$suite}
mirror=${3:-http://deb.debian.org/debian}
here=$(cd "$(dirname "$0")/.." && pwd)
say() { echo "== $*"; }
# Behind a proxy with an authority of its own, PIP_CERT names its file here, and is known there.
inside() { chroot "$folder" /usr/bin/env -i ${PIP_CERT:+PIP_CERT=/root/authorities.pem} HOME=/root LANG=C.UTF-8 PATH=/usr/sbin:/usr/bin:/sbin:/bin DEBIAN_FRONTEND=noninteractive "$@"; }
# What of the README is given: its lines that begin like this.
line() { grep -m 1 -E "$1" "$here/README.md" | sed -e 's/^sudo //'; }

if [ ! -x "$folder/usr/bin/python3" ]; then
    say "a minimum of $suite in $folder"
    components=main script=/usr/share/debootstrap/scripts/$suite
    case $mirror in *ubuntu*)
        components=main,universe
        # A debootstrap that is older than the suite; all since then are made alike.
        [ -e "$script" ] || script=/usr/share/debootstrap/scripts/gutsy
        ;;
    esac
    debootstrap --variant=minbase --components="$components" --include=python3,make ${KEYRING:+--keyring="$KEYRING"} \
        "$suite" "$folder" "$mirror" "$script" >"$folder.log" || { tail -5 "$folder.log"; exit 1; }
fi
mountpoint -q "$folder/proc" || mount -t proc proc "$folder/proc"
trap 'umount "$folder/proc" || true' EXIT
cp /etc/resolv.conf "$folder/etc/resolv.conf"
[ -z "${PIP_CERT:-}" ] || cp "$PIP_CERT" "$folder/root/authorities.pem"
inside apt-get update -qq

say "the repository"
rm -rf "$folder/opt/postroom"
mkdir -p "$folder/opt/postroom"
(cd "$here" && git ls-files -z | tar --null -T - -cf - 2>/dev/null) | tar -xf - -C "$folder/opt/postroom"

apt=$(line '^sudo apt-get install ')
say "$apt"
inside sh -c "$(echo "$apt" | sed 's/install /install -y -qq --no-install-recommends /') >/dev/null"

say "make -C /opt/postroom setup"
inside make -C /opt/postroom setup
inside /opt/postroom/.venv/bin/postroom --version

say "make -C /opt/postroom deb"
inside make -C /opt/postroom deb
inside sh -c 'apt-get install -y -qq --no-install-recommends /opt/postroom/dist/postroom_*.deb >/dev/null'
# Nothing of the repository is there any more.
mv "$folder/opt/postroom" "$folder/opt/gone"

say "what was installed"
inside postroom --version
inside getent passwd postroom
inside sh -c 'stat -c "%a %U %G %n" /etc/postroom /var/lib/postroom && ls /usr/lib/systemd/system/postroom*'
inside sh -c 'install -m 640 -g postroom /dev/null /etc/postroom/config.yaml && cat >/etc/postroom/config.yaml' <<'END'
matrix: {homeserver: "https://matrix.example.org", user_id: "@postroom:example.org", password: x, config_room: "!c:example.org"}
admins: ["@alice:example.org"]
data_dir: /var/lib/postroom
secret_key: 0123456789abcdef0123456789abcdef
END
inside setpriv --reuid postroom --regid postroom --init-groups postroom check -c /etc/postroom/config.yaml
inside setpriv --reuid postroom --regid postroom --init-groups postroom migrate -c /etc/postroom/config.yaml
inside sh -c 'printf "From: a@b.example\nSubject: Hello\n\nWords\n" | postroom parse --json - | head -c 200; echo'
say "removed, the data stay"
inside apt-get remove -y -qq postroom >/dev/null
inside test -s /var/lib/postroom/postroom.db
inside test ! -e /usr/lib/postroom
mv "$folder/opt/gone" "$folder/opt/postroom"
say "well on $suite, $(inside python3 --version)"
