/**
 * Builds a PKGBUILD where makepkg is not installed: the part of makepkg(8) that the guide for users describes. Arguments:
 * `all`, `prepare` or `build`, and the sources as triples: `file`, `extract` or `git`; a name; a revision.
 *
 * Functions run as makepkg runs them: in `$srcdir`, ended by the first command that fails.
 */
export const RUNNER_SCRIPT = `
set -o errexit -o errtrace
shopt -u extglob

plain() { printf '    %s\\n' "$(printf -- "$@")"; }
msg() { printf '==> %s\\n' "$(printf -- "$@")"; }
msg2() { printf '  -> %s\\n' "$(printf -- "$@")"; }
warning() { printf '==> WARNING: %s\\n' "$(printf -- "$@")" >&2; }
error() { printf '==> ERROR: %s\\n' "$(printf -- "$@")" >&2; }

readonly rbee_phase=$1
shift
startdir=$PWD
srcdir=$startdir/src
rbee_pkgbase=$startdir/pkg
export startdir srcdir

rbee_unpack() {
  if command -v bsdtar >/dev/null; then bsdtar -xf "$1"; return; fi
  case $1 in
    *.zip) unzip -q "$1" ;;
    *) tar -xf "$1" ;;
  esac
}

rbee_sources() {
  mkdir -p "$srcdir"
  cd "$srcdir"
  while [ $# -gt 0 ]; do
    case $1 in
      git)
        msg2 'Creating working copy of %s...' "$2"
        git clone --quiet --shared "$SRCDEST/$2" "$2"
        git -C "$2" checkout --quiet --force --no-track -B makepkg "$3" --
        ;;
      *)
        ln -s "$SRCDEST/$2" "$2"
        case $1-$2 in
          extract-*.tar | extract-*.tar.* | extract-*.tgz | extract-*.tbz2 | extract-*.txz | extract-*.zip)
            msg2 'Extracting %s...' "$2"
            rbee_unpack "$2"
            ;;
        esac
        ;;
    esac
    shift 3
  done
  cd "$startdir"
}

rbee_run() {
  msg 'Starting %s()...' "$1"
  cd "$srcdir"
  "$1"
}

if [ "$rbee_phase" != build ]; then rbee_sources "$@"; fi
set --
source "$startdir/PKGBUILD"

if [ "$rbee_phase" != build ] && declare -F prepare >/dev/null; then rbee_run prepare; fi
if [ "$rbee_phase" = prepare ]; then exit 0; fi
if declare -F build >/dev/null; then rbee_run build; fi
rbee_names=("\${pkgname[@]}")
for rbee_name in "\${rbee_names[@]}"; do
  pkgname=$rbee_name
  pkgdir=$rbee_pkgbase/$rbee_name
  mkdir -p "$pkgdir"
  if declare -F "package_$rbee_name" >/dev/null; then rbee_run "package_$rbee_name"; else rbee_run package; fi
done
`
