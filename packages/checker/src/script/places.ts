import { HOME_DIR, PKG_DIR, SRC_DIR, START_DIR, TEMPORARY, UNKNOWN } from './markers.ts'

/** Where a path leads, seen from a build: into its own folders, to a stream, to what `mktemp` made, anywhere else, or nobody can tell. */
export type Place = 'inside' | 'start' | 'stream' | 'temporary' | 'outside' | 'unknown'

const STREAM = /^\/dev\/(?:null|zero|full|stdin|stdout|stderr|tty|random|urandom|fd\/.*)$/

/** The folder that commands are run in: a path below one of the markers, or any other absolute path. */
export type Folder = string

/** makepkg runs every function in `$srcdir`. */
export const FIRST_FOLDER: Folder = SRC_DIR

/** Joins a path to the folder it is used in, and takes `.` and `..` out of it. */
export function resolvePath(path: string, folder: Folder): string {
  const whole = path.startsWith('/') || path.startsWith(UNKNOWN) ? path : `${folder}/${path}`
  const root = [SRC_DIR, PKG_DIR, START_DIR, HOME_DIR, TEMPORARY].find((one) => whole.startsWith(one))
  const segments: string[] = []
  for (const segment of whole.split('/')) {
    if (segment === '' || segment === '.') continue
    if (segment !== '..') segments.push(segment)
    // The folder around $srcdir is the one that makepkg was started in; above that nobody knows.
    else if (root !== undefined && segments.length === 1)
      segments[0] = root === SRC_DIR && segments[0] === root.slice(1) ? START_DIR.slice(1) : '..'
    else segments.pop()
  }
  return whole.startsWith('/') ? `/${segments.join('/')}` : segments.join('/')
}

/** Where a path leads that was resolved. */
export function placeOf(path: string): Place {
  if (STREAM.test(path)) return 'stream'
  if (path.startsWith(UNKNOWN)) return 'unknown'
  for (const root of [SRC_DIR, PKG_DIR]) if (isBelow(path, root)) return 'inside'
  if (isBelow(path, START_DIR)) return 'start'
  if (isBelow(path, TEMPORARY)) return 'temporary'
  return 'outside'
}

/** `"$pkgdir$prefix"` may lead below; `"$pkgdir-x"` does not. */
function isBelow(path: string, root: string): boolean {
  return path === root || path.startsWith(`${root}/`) || path.startsWith(`${root}${UNKNOWN}`)
}
