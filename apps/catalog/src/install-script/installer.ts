/**
 * The part of `/install.sh` that is the same on every server. It uses `registry`, `default_registry`, `version`,
 * `programs` and `builds`, which stand above it, and only what POSIX has of the shell, `mktemp -d` and `readlink` aside.
 */
export const INSTALLER = `usage() {
  cat <<USAGE
Installs the rbee programs $version from $registry

Options:
  --dir DIR    install into DIR/bin and DIR/lib/rbee (variable: RBEE_INSTALL_DIR, default: ~/.local)
  --uninstall  remove what was installed there; installed workers stay
  --version    print the version that would be installed
  --help       show this text
USAGE
}

say() {
  printf '%s\\n' "$1" >&2
}

# Ends with what is wrong and, where there is something, what to do about it.
fail() {
  say "error: $1"
  [ -z "\${2-}" ] || say "next: $2"
  exit 1
}

has() {
  command -v "$1" >/dev/null 2>&1
}

main() {
  umask 022
  dir=\${RBEE_INSTALL_DIR-}
  action=install
  while [ $# -gt 0 ]; do
    case $1 in
    --dir)
      [ $# -ge 2 ] || fail '--dir needs a folder'
      dir=$2
      shift
      ;;
    --dir=*) dir=\${1#--dir=} ;;
    --uninstall) action=uninstall ;;
    --version)
      printf '%s\\n' "$version"
      return
      ;;
    --help | -h)
      usage
      return
      ;;
    *) fail "unknown option: $1" 'see --help' ;;
    esac
    shift
  done
  if [ -z "$dir" ]; then
    [ -n "\${HOME-}" ] || fail 'HOME is not set' 'name a folder with --dir'
    dir=$HOME/.local
  fi
  case $dir in
  /*) ;;
  *) dir=$PWD/$dir ;;
  esac
  builds_dir=$dir/lib/rbee
  "$action"
}

install() {
  choose_build
  refuse_foreign_programs
  build_dir=$builds_dir/$version-$(printf '%.12s' "$sha256")
  scratch=$(mktemp -d "\${TMPDIR:-/tmp}/rbee-install.XXXXXX") || fail 'there is no folder for temporary files'
  staged=
  trap 'rm -rf "$scratch" "$staged"' EXIT
  trap 'exit 130' HUP INT TERM
  if works "$build_dir"; then
    say "rbee $version is here already"
  else
    download_build
    unpack_build
  fi
  previous=$(readlink "$dir/bin/rbee-catalog" || true)
  previous=\${previous%/bin/rbee-catalog}
  for program in $programs; do link_program "$program"; done
  remove_old_builds
  report
}

# Sets platform, sha256, size and address: of the executable for this machine, else of the portable build.
choose_build() {
  find_platform
  if [ "$libc" != musl ] && find_build "$machine"; then return; fi
  if ! find_build any; then
    fail "there is no build for $machine; there are: $(builds | cut -d' ' -f1 | tr '\\n' ' ')"
  fi
  if ! has node; then
    fail 'the build for this machine needs Node 20.19 or later, and there is no node on the PATH' \\
      'install Node, then run this again; or ask for an executable that needs none'
  fi
  if ! node -e 'var v = process.versions.node.split("."); process.exit(v[0] > 20 || (v[0] == 20 && v[1] >= 19) ? 0 : 1)'; then
    fail "the build for this machine needs Node 20.19 or later, and the node on the PATH is $(node --version)" \\
      'install a later one, then run this again; or ask for an executable that needs none'
  fi
}

# Sets machine, such as linux-x86_64, and libc.
find_platform() {
  os=$(uname -s)
  arch=$(uname -m)
  libc=
  case $os in
  Linux)
    os=linux
    for loader in /lib/ld-musl-*; do [ ! -e "$loader" ] || libc=musl; done
    for loader in /lib/ld-linux* /lib64/ld-linux*; do [ ! -e "$loader" ] || libc=glibc; done
    ;;
  Darwin)
    os=macos
    # A shell that is translated for Intel names the processor it is made to believe in.
    if [ "$(sysctl -n hw.optional.arm64 2>/dev/null)" = 1 ]; then arch=arm64; fi
    ;;
  MINGW* | MSYS* | CYGWIN*)
    fail 'Windows is not installed by this script' "unpack the archive for it that $registry/v1/programs names"
    ;;
  esac
  case $arch in
  x86_64 | amd64) arch=x86_64 ;;
  aarch64 | arm64) arch=aarch64 ;;
  esac
  machine=$os-$arch
}

find_build() {
  line=$(builds | grep "^$1 ") || return 1
  platform=\${line%% *}
  line=\${line#* }
  sha256=\${line%% *}
  line=\${line#* }
  size=\${line%% *}
  address=\${line#* }
}

# A program of the same name that came some other way is left alone.
refuse_foreign_programs() {
  for program in $programs; do
    link=$dir/bin/$program
    if { [ -e "$link" ] || [ -h "$link" ]; } && ! is_ours "$link"; then
      fail "$link is there already and was not installed by this script" 'remove it, or name another folder with --dir'
    fi
  done
}

is_ours() {
  if [ -h "$1" ]; then
    case $(readlink "$1") in
    "$builds_dir"/*) return 0 ;;
    esac
    return 1
  fi
  [ -f "$1" ] && grep -q '^# Made by the install.sh of rbee' "$1"
}

works() {
  [ -x "$1/bin/rbee-hive" ] && [ "$("$1/bin/rbee-hive" --version 2>/dev/null)" = "$version" ]
}

download_build() {
  archive=$scratch/archive.tar.gz
  say "downloading rbee $version for $platform ($((size / 1048576)) MiB)"
  if has curl; then
    curl -fsSL --connect-timeout 20 --retry 2 -o "$archive" "$registry$address" || fail "the download failed: $registry$address"
  elif has wget; then
    wget -q -T 20 -O "$archive" "$registry$address" || fail "the download failed: $registry$address"
  else
    fail 'neither curl nor wget is on the PATH' 'install one of them'
  fi
  actual=$(sha256_of "$archive")
  if [ "$actual" != "$sha256" ]; then
    fail "what was downloaded is not what was published: its SHA-256 is $actual, not $sha256" \\
      'try again; if it stays so, tell the operator of the server'
  fi
}

sha256_of() {
  if has sha256sum; then
    sha256sum <"$1" | cut -d' ' -f1
  elif has shasum; then
    shasum -a 256 <"$1" | cut -d' ' -f1
  elif has openssl; then
    openssl dgst -sha256 -r <"$1" | cut -d' ' -f1
  else
    fail 'there is no sha256sum, shasum or openssl on the PATH to check the download with' 'install one of them'
  fi
}

# Nobody sees the build before it is complete and has run once: the last step renames it.
unpack_build() {
  mkdir -p "$dir/bin" "$builds_dir" 2>/dev/null || fail "$dir cannot be written to" 'name another folder with --dir'
  staged=$(mktemp -d "$builds_dir/.new.XXXXXX") || fail "$builds_dir cannot be written to" 'name another folder with --dir'
  chmod 755 "$staged"
  # On a full disk tar has a line for every file: the first one says it all.
  gzip -dc "$archive" | (cd "$staged" && tar -xf -) 2>"$scratch/problems" ||
    fail "the archive cannot be unpacked into $dir: $(head -n 1 "$scratch/problems")" 'is the disk full? --dir names another folder'
  for program in $programs; do
    # An executable holds all programs and looks at the name it is called by.
    [ -e "$staged/bin/$program" ] || ln -s rbee-hive "$staged/bin/$program"
  done
  works "$staged" || fail "the programs do not run on this machine: $("$staged/bin/rbee-hive" --version 2>&1 | head -n 3)"
  rm -rf "$build_dir"
  mv "$staged" "$build_dir"
}

# Puts a program into bin in one step. One that asks a registry asks the one it came from, unless it is told another.
link_program() {
  new=$dir/bin/.$1.new
  rm -f "$new"
  if [ "$registry" = "$default_registry" ] || [ "$1" = rbee-catalog ]; then
    ln -s "$build_dir/bin/$1" "$new" || fail "$dir/bin cannot be written to" 'name another folder with --dir'
  else
    cat >"$new" <<WRAPPER || fail "$dir/bin cannot be written to" 'name another folder with --dir'
#!/bin/sh
# Made by the install.sh of rbee
[ -n "\\\${RBEE_REGISTRY-}" ] || RBEE_REGISTRY=$(quoted "$registry")
export RBEE_REGISTRY
exec $(quoted "$build_dir/bin/$1") "\\$@"
WRAPPER
    chmod 755 "$new"
  fi
  mv -f "$new" "$dir/bin/$1"
}

quoted() {
  printf "'%s'" "$(printf '%s' "$1" | sed "s/'/'\\\\\\\\''/g")"
}

# The build that was linked before this one stays: what runs may still need it.
remove_old_builds() {
  [ -n "$previous" ] && [ "$previous" != "$build_dir" ] || return 0
  for build in "$builds_dir"/*; do
    [ "$build" = "$build_dir" ] || [ "$build" = "$previous" ] || rm -rf "$build"
  done
}

report() {
  say "installed rbee $("$dir/bin/rbee-hive" --version) into $dir"
  case :$PATH: in
  *:"$dir/bin":*)
    say 'next: rbee-hive install llm-worker --auto'
    ;;
  *)
    say "next: put the programs on the PATH, in the file that your shell reads at its start:"
    say "  export PATH=\\"$dir/bin:\\$PATH\\""
    say "then: rbee-hive install llm-worker --auto"
    ;;
  esac
}

uninstall() {
  [ -d "$builds_dir" ] || fail "nothing is installed in $dir"
  for program in $programs; do
    link=$dir/bin/$program
    if { [ -e "$link" ] || [ -h "$link" ]; } && is_ours "$link"; then rm -f "$link"; fi
  done
  rm -rf "$builds_dir" || fail "$builds_dir cannot be removed"
  # What Node compiled of the portable build.
  [ -z "\${HOME-}" ] || rm -rf "\${XDG_CACHE_HOME:-$HOME/.cache}/rbee-programs"
  say "removed the programs from $dir; installed workers stay in their folder (~/.cache/rbee)"
}

# In braces, so that a shell that got only a part of the line starts nothing.
{
  main "$@"
}
`
