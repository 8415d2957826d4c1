/**
 * The program in `bin/`: a POSIX shell script that becomes Node by `exec`, so that signals reach Node itself. It finds
 * the artifact through links and in paths with blanks.
 */
export function launcherScript(main: string, hasNativeLibraries: boolean): string {
  const libraries = hasNativeLibraries
    ? 'LD_LIBRARY_PATH="$root/lib/native${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"\nexport LD_LIBRARY_PATH\n'
    : ''
  return `#!/bin/sh
self=$0
while [ -h "$self" ]; do
  target=$(readlink -- "$self")
  case $target in
    /*) self=$target ;;
    *) self=$(dirname -- "$self")/$target ;;
  esac
done
root=$(CDPATH='' cd -- "$(dirname -- "$self")/.." && pwd -P) || exit 1
# Options and module paths that were meant for another Node would change what this one runs.
unset NODE_OPTIONS NODE_PATH
${libraries}exec "$root/lib/node" "$root/lib/${main}" "$@"
`
}
