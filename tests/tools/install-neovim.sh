#!/usr/bin/env bash
# Puts a Neovim >= 0.12 into DEST (default .tools/nvim), started as DEST/nvim, without touching the
# system: Debian testing's packages, unpacked, with their own libc. Private apt lists; the mirror is
# the one that this machine's apt uses. Does nothing when it is there already.
set -euo pipefail

suite=forky
dest=${1:-$(dirname "$0")/../../.tools/nvim}
mkdir -p "$dest"
dest=$(cd "$dest" && pwd)

fail() {
  echo "install-neovim: $1; install Neovim >= 0.12 yourself and set HOTSEAT_NVIM to it" >&2
  exit 1
}

if "$dest/nvim" --version 2>/dev/null | grep -Eq '^NVIM v(0\.(1[2-9]|[2-9][0-9])|[1-9])'; then
  exit 0
fi

command -v apt-get >/dev/null || fail "this is not Debian"
keyring=/usr/share/keyrings/debian-archive-keyring.gpg
[ -r "$keyring" ] || fail "there is no $keyring"
mirror=$(cat /etc/apt/sources.list.d/*.sources /etc/apt/sources.list 2>/dev/null |
  sed -n 's|^URIs: *\([^ ]*/debian\)/* *$|\1|p; s|^deb \(\[[^]]*\] \)\?\([^ ]*/debian\)/* .*|\2|p' |
  sed -n 1p || true)
[ -n "$mirror" ] || fail "apt's sources name no Debian mirror"

root=$dest/root
apt=$dest/apt
rm -rf "$root" "$apt" "$dest/nvim"
mkdir -p "$root" "$apt"/{lists/partial,cache/archives/partial,etc}
: >"$apt/status"
cat >"$apt/etc/$suite.sources" <<END
Types: deb
URIs: $mirror
Suites: $suite
Components: main
Signed-By: $keyring
END
cat >"$apt/apt.conf" <<END
Dir::Etc::sourcelist "/dev/null";
Dir::Etc::sourceparts "$apt/etc";
Dir::State::lists "$apt/lists";
Dir::State::status "$apt/status";
Dir::Cache "$apt/cache";
Acquire::Languages "none";
Acquire::Retries "3";
APT::Sandbox::User "root";
Debug::NoLocking "1";
END
export APT_CONFIG=$apt/apt.conf
apt-get update -qq
apt-get install -y -qq --no-install-recommends --download-only neovim patchelf >/dev/null
for package in "$apt"/cache/archives/*.deb; do
  dpkg-deb -x "$package" "$root"
done

# Its own loader and libraries: this system's libc is older.
lib=$(dirname "$root"/usr/lib/*-linux-gnu*/libc.so.6)
loader=$(echo "$lib"/ld-linux*.so.*)
"$loader" --library-path "$lib" "$root/usr/bin/patchelf" \
  --set-interpreter "$loader" --force-rpath --set-rpath "$lib" "$root/usr/bin/nvim"
rm -rf "$apt" "$lib/gconv" "$root/usr/share/doc"

cat >"$dest/nvim.new" <<END
#!/usr/bin/env bash
root='$root'
export VIMRUNTIME="\$root/usr/share/nvim/runtime" LUA_CPATH="$lib/lua/5.1/?.so;;"
exec "\$root/usr/bin/nvim" --cmd "set rtp+=\$root/usr/lib/nvim" "\$@"
END
chmod +x "$dest/nvim.new"
"$dest/nvim.new" --version | sed -n 1p
mv "$dest/nvim.new" "$dest/nvim"
