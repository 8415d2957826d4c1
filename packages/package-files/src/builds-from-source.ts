/** PKGBUILD(5): a `build()` at the beginning of a line, or a source that is a repository of Git. */
const FROM_SOURCE = /^(?:function[ \t]+)?build[ \t]*\(\)|^[^#\n]*\bgit\+[a-z]+:\/\//m

/** Whether a PKGBUILD builds, where one without installs what others built. */
export function buildsFromSource(pkgbuild: string): boolean {
  return FROM_SOURCE.test(pkgbuild)
}
