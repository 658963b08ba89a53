#!/usr/bin/env bash
# A Debian package of Postroom with its libraries: contrib/debian/build.sh PYTHON DIST. `make deb` calls it.
#
# The libraries are those of requirements.lock, in /usr/lib/postroom: most are not in Debian, or are older there. They are
# made for the version of Python that builds; the package depends on that one, so build it on the Debian that it is for.
set -euo pipefail
cd "$(dirname "$0")/../.."
python=$1
dist=$2

version=$("$python" -c 'import tomllib; print(tomllib.load(open("pyproject.toml", "rb"))["project"]["version"])')
minor=$("$python" -c 'import sys; print(sys.version_info.minor)')
architecture=$(dpkg --print-architecture)
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
chmod 755 "$root"
umask 022

library=$root/usr/lib/postroom
install -d "$library" "$root/usr/bin" "$root/usr/lib/systemd/system" "$root/usr/lib/sysusers.d" \
    "$root/usr/share/doc/postroom/examples" "$root/DEBIAN"
"$python" -m pip install --quiet --no-input --no-compile --use-pep517 --require-hashes --target "$library" -r requirements.lock
"$python" -m pip install --quiet --no-input --no-compile --no-deps --upgrade --target "$library" "$(ls -t "$dist"/postroom-*.whl | head -n 1)"
# What pip puts beside the modules: programs of the libraries, and our own share/.
rm -rf "$library/bin"
if [ -d "$library/share" ]; then
    cp -r "$library/share/." "$root/usr/share/"
    rm -rf "$library/share"
fi
gzip -9n "$root/usr/share/man/man1/postroom.1"

cat >"$root/usr/bin/postroom" <<END
#!/usr/bin/python3.$minor -I
import sys

sys.path.insert(0, "/usr/lib/postroom")

from bot.cli.start import main

main()
END
chmod 755 "$root/usr/bin/postroom"

for unit in postroom.service postroom-backup.service postroom-backup.timer; do
    sed -e 's|/opt/postroom/.venv/bin/postroom|/usr/bin/postroom|' \
        -e 's|file:///opt/postroom/docs/operating.md|file:///usr/share/doc/postroom/operating.md|' \
        -e '/^# .*\(Copy\|systemctl daemon-reload\)/d' \
        "contrib/$unit" >"$root/usr/lib/systemd/system/$unit"
done
echo 'u postroom - "Postroom" /var/lib/postroom' >"$root/usr/lib/sysusers.d/postroom.conf"
cp README.md docs/operating.md docs/commands.md docs/export.md docs/oauth.md "$root/usr/share/doc/postroom/"
cp config.yaml.example "$root/usr/share/doc/postroom/examples/config.yaml"
cp -r contrib/monitoring "$root/usr/share/doc/postroom/examples/"
gzip -9nc CHANGELOG.md >"$root/usr/share/doc/postroom/changelog.gz"
{
    echo "Postroom: AGPL-3.0-or-later. Each library in /usr/lib/postroom has its licence in its .dist-info folder."
    echo
    cat LICENSE
} >"$root/usr/share/doc/postroom/copyright"

cat >"$root/DEBIAN/control" <<END
Package: postroom
Version: $version
Section: mail
Priority: optional
Architecture: $architecture
Maintainer: The Postroom developers <postroom@localhost>
Installed-Size: $(du -sk "$root" | cut -f1)
Depends: python3.$minor, ca-certificates
Recommends: systemd
Suggests: postgresql-client
Description: shared inbox for teams, in their Matrix room
 A team answers one mail address together, from the Matrix room it already
 lives in. Each conversation with a correspondent is a thread; reactions and
 commands do the work of a help desk.
END
cat >"$root/DEBIAN/postinst" <<'END'
#!/bin/sh
set -e
if [ "$1" = configure ]; then
    if ! getent passwd postroom >/dev/null; then
        if command -v systemd-sysusers >/dev/null; then
            systemd-sysusers postroom.conf
        else
            useradd --system --user-group --home-dir /var/lib/postroom --no-create-home --shell /usr/sbin/nologin postroom
        fi
    fi
    install -d -m 750 -o root -g postroom /etc/postroom
    install -d -m 700 -o postroom -g postroom /var/lib/postroom
    python3 -m compileall -q /usr/lib/postroom || true
    if [ -d /run/systemd/system ]; then
        systemctl daemon-reload
        # Started by hand the first time, once there is a configuration; an upgrade starts it anew.
        systemctl try-restart postroom.service
    fi
fi
END
cat >"$root/DEBIAN/prerm" <<'END'
#!/bin/sh
set -e
if [ "$1" = remove ] && [ -d /run/systemd/system ]; then
    systemctl disable --now postroom.service postroom-backup.timer || true
fi
find /usr/lib/postroom -name __pycache__ -type d -prune -exec rm -rf {} +
END
cat >"$root/DEBIAN/postrm" <<'END'
#!/bin/sh
# The mail in /var/lib/postroom and the secrets in /etc/postroom stay, also with purge: delete them by hand.
set -e
if [ -d /run/systemd/system ]; then
    systemctl daemon-reload || true
fi
END
chmod 755 "$root"/DEBIAN/p*

deb=$dist/postroom_${version}_$architecture.deb
dpkg-deb --root-owner-group -Zxz -z2 --build "$root" "$deb" >/dev/null
echo "$deb"
